@NullMarked
package dev.naru.serving;

import org.jspecify.annotations.NullMarked;
