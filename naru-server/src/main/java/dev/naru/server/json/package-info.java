/** Records to JSON and back, without annotations on them. */
@NullMarked
package dev.naru.server.json;

import org.jspecify.annotations.NullMarked;
