/** The marks of this host in files that survive a power cut. */
@NullMarked
package io.drover.worker.ownership.files;

import org.jspecify.annotations.NullMarked;
