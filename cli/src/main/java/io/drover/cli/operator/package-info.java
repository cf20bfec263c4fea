/** The operator's commands: HTTP to the scheduler, never SQL. */
@NullMarked
package io.drover.cli.operator;

import org.jspecify.annotations.NullMarked;
