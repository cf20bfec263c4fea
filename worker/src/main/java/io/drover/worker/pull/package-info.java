/** Disks served to their VM while their blocks still come: joins images to the NBD server. */
@NullMarked
package io.drover.worker.pull;

import org.jspecify.annotations.NullMarked;
