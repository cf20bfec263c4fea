/** Raw disk images in the host's images folder. */
@NullMarked
package io.drover.worker.image;

import org.jspecify.annotations.NullMarked;
