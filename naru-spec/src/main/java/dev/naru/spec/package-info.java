/** The kinds of the file as records, their strict reading, and the JSON Schema made from them. */
@NullMarked
package dev.naru.spec;

import org.jspecify.annotations.NullMarked;
