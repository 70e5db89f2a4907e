/** The control loop: observe, decide, write down, act, report. */
@NullMarked
package dev.naru.server.loop;

import org.jspecify.annotations.NullMarked;
