/** Rules that hold for the whole source tree; this module sees every other. */
@NullMarked
package io.drover.conventions;

import org.jspecify.annotations.NullMarked;
