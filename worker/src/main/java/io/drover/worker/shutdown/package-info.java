/** What becomes of a host's guests when the host itself goes down. */
@NullMarked
package io.drover.worker.shutdown;

import org.jspecify.annotations.NullMarked;
