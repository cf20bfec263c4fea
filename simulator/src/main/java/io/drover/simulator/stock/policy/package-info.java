/** What decides under the stock rules: over-load tests, choice of machines, placement. */
@NullMarked
package io.drover.simulator.stock.policy;

import org.jspecify.annotations.NullMarked;
