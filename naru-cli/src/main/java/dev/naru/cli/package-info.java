/** The command line: reads files, speaks to the control plane over HTTP, prints. */
@org.jspecify.annotations.NullMarked
package dev.naru.cli;
