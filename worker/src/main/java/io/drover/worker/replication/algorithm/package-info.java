/** The replication algorithms, one file each. */
@NullMarked
package io.drover.worker.replication.algorithm;

import org.jspecify.annotations.NullMarked;
