/** What every engine must do, and an engine of memory alone that does it. */
@NullMarked
package dev.naru.core.testkit.engine;

import org.jspecify.annotations.NullMarked;
