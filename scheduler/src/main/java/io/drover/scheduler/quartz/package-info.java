/** The clockwork: Quartz, clustered over PostgreSQL, fires small jobs that any scheduler may run and only one does. */
@NullMarked
package io.drover.scheduler.quartz;

import org.jspecify.annotations.NullMarked;
