@NullMarked
package dev.naru.serving.model;

import org.jspecify.annotations.NullMarked;
