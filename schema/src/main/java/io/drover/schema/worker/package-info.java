/** What a worker may do with the database: claiming, journal, inbox, ownership, its own host. */
@NullMarked
package io.drover.schema.worker;

import org.jspecify.annotations.NullMarked;
