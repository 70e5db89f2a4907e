/** Whether an image may start, and what of that is written down. */
@NullMarked
package dev.naru.server.trust;

import org.jspecify.annotations.NullMarked;
