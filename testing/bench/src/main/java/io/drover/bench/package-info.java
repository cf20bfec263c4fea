/** The benchmark: replication algorithms and QEMU's own mirror in turn, over a shaped link between two hosts. */
@NullMarked
package io.drover.bench;

import org.jspecify.annotations.NullMarked;
