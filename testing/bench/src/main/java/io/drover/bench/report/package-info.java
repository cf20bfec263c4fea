/** Results, summaries and plots. */
@NullMarked
package io.drover.bench.report;

import org.jspecify.annotations.NullMarked;
