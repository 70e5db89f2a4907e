/** The driver {@code docker} against a real engine, where there is one. */
@NullMarked
package dev.naru.engine.local.docker;

import org.jspecify.annotations.NullMarked;
