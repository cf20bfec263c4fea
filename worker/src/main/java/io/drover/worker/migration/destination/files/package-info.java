/** What a destination must still know after a crash, in files of this host. */
@NullMarked
package io.drover.worker.migration.destination.files;

import org.jspecify.annotations.NullMarked;
