/**
 * The local engine; its driver {@code process} runs replicas as plain processes of this machine.
 */
@NullMarked
package dev.naru.engine.local;

import org.jspecify.annotations.NullMarked;
