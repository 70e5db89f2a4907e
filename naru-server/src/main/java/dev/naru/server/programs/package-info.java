/** How Naru's own programs are started, and what containers are made of. */
@org.jspecify.annotations.NullMarked
package dev.naru.server.programs;
