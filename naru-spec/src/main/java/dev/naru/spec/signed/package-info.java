/** Signed statements: what signs them and what checks them agree on their bytes here. */
@NullMarked
package dev.naru.spec.signed;

import org.jspecify.annotations.NullMarked;
