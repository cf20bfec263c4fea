/** Tests of the scheduler's store. */
@NullMarked
package io.drover.schema.scheduler;

import org.jspecify.annotations.NullMarked;
