/** The store of a home: one SQLite database. */
@NullMarked
package dev.naru.server.store;

import org.jspecify.annotations.NullMarked;
