/**
 * The driver {@code docker}. Nothing outside this package names a class of docker-java, so none is
 * loaded while the engine is {@code process}.
 */
@NullMarked
package dev.naru.engine.local.docker;

import org.jspecify.annotations.NullMarked;
