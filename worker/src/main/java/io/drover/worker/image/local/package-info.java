/** Images in one folder of this host. */
@NullMarked
package io.drover.worker.image.local;

import org.jspecify.annotations.NullMarked;
