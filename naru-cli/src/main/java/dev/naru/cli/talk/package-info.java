/**
 * How the command line talks: terminal, tables, bars, JSON, YAML, and what it says when it cannot.
 */
@org.jspecify.annotations.NullMarked
package dev.naru.cli.talk;
