/** The control plane process: its life, its home, its ports. */
@NullMarked
package dev.naru.server;

import org.jspecify.annotations.NullMarked;
