/** How the guest's writes and the copy of the disk reach the same target, and none of them out of order. */
@NullMarked
package io.drover.worker.replication.mirror;

import org.jspecify.annotations.NullMarked;
