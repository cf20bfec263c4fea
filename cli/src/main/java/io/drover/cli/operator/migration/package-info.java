/** An operator's commands about migrations: HTTP to the scheduler, never SQL. */
@NullMarked
package io.drover.cli.operator.migration;

import org.jspecify.annotations.NullMarked;
