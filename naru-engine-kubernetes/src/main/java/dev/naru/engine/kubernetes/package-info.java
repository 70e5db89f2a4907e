/** Groups as native objects of Kubernetes, and custom resources as the store. */
@NullMarked
package dev.naru.engine.kubernetes;

import org.jspecify.annotations.NullMarked;
