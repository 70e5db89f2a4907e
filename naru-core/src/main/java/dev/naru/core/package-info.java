/** What every part of Naru shares: errors with a stable code. */
@NullMarked
package dev.naru.core;

import org.jspecify.annotations.NullMarked;
