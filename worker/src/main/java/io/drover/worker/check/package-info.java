/** The check of a copy, end to end: joins reading and digesting to the ports that migration asks for. */
@NullMarked
package io.drover.worker.check;

import org.jspecify.annotations.NullMarked;
