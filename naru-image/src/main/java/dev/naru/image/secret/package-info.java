/** The secrets of a home: encrypted files, one for each. */
@NullMarked
package dev.naru.image.secret;

import org.jspecify.annotations.NullMarked;
