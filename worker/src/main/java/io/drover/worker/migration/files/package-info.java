/** What a migration must still know after a crash, in files of this host. */
@NullMarked
package io.drover.worker.migration.files;

import org.jspecify.annotations.NullMarked;
