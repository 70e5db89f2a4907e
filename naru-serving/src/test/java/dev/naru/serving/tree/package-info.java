@NullMarked
package dev.naru.serving.tree;

import org.jspecify.annotations.NullMarked;
