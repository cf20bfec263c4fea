/**
 * What the steps of a migration leave in the journal: a record for each step, by the step's name. The worker writes
 * them; the benchmark, the demo and views of the database read them.
 */
@NullMarked
package io.drover.messages.evidence;

import org.jspecify.annotations.NullMarked;
