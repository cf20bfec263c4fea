/** The vocabulary of Drover: ids, the migration task, its lifecycle, reports. Depends on nothing of ours. */
@NullMarked
package io.drover.messages;

import org.jspecify.annotations.NullMarked;
