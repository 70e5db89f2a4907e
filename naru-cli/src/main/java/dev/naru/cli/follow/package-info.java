/** What {@code up} watches until everything is reached: goals, and the lines that tell of them. */
@org.jspecify.annotations.NullMarked
package dev.naru.cli.follow;
