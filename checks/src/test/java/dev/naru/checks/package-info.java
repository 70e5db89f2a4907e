/** What holds for the whole tree: format and architecture. */
@NullMarked
package dev.naru.checks;

import org.jspecify.annotations.NullMarked;
