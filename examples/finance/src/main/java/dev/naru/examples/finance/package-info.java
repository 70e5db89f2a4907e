/** Credit scoring and fraud detection: a workload of Naru that knows nothing of Naru's code. */
@NullMarked
package dev.naru.examples.finance;

import org.jspecify.annotations.NullMarked;
