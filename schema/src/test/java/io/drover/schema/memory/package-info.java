/**
 * The stores in memory, for tests without a database: the same contract ({@code io.drover.schema.contract}) holds them
 * and PostgreSQL. What PostgreSQL alone can do (rights, locks, bounds of texts) is not here.
 */
@NullMarked
package io.drover.schema.memory;

import org.jspecify.annotations.NullMarked;
