/** Hosts and machines of the stock rules, and how a host divides its CPU. */
@NullMarked
package io.drover.simulator.stock.fleet;

import org.jspecify.annotations.NullMarked;
