/** The way to the control plane: its home, its start, its REST API and its streams of events. */
@org.jspecify.annotations.NullMarked
package dev.naru.cli.api;
