/** A case of the benchmark, its variants, and what is measured. */
@NullMarked
package io.drover.bench.trial;

import org.jspecify.annotations.NullMarked;
