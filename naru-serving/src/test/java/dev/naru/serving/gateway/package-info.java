@NullMarked
package dev.naru.serving.gateway;

import org.jspecify.annotations.NullMarked;
