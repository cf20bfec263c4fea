/** What a scheduler may do with the database. */
@NullMarked
package io.drover.schema.scheduler;

import org.jspecify.annotations.NullMarked;
