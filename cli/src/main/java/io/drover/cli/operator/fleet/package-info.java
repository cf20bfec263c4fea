/** An operator's commands about hosts and virtual machines: HTTP to the scheduler, never SQL. */
@NullMarked
package io.drover.cli.operator.fleet;

import org.jspecify.annotations.NullMarked;
