/** From text to resources, strictly: every problem of a project at once, each with its place. */
@NullMarked
package dev.naru.spec.reading;

import org.jspecify.annotations.NullMarked;
