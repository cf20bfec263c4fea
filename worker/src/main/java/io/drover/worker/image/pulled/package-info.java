/** Images whose VM runs on them before all of their blocks are there. */
@NullMarked
package io.drover.worker.image.pulled;

import org.jspecify.annotations.NullMarked;
