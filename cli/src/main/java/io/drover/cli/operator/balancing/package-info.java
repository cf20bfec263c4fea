/** An operator's commands about the balancer, its decisions and plans: HTTP to the scheduler, never SQL. */
@NullMarked
package io.drover.cli.operator.balancing;

import org.jspecify.annotations.NullMarked;
