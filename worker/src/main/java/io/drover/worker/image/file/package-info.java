/** What Linux and QEMU offer for a file that is an image, and the notes beside it. */
@NullMarked
package io.drover.worker.image.file;

import org.jspecify.annotations.NullMarked;
