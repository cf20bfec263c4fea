/** Rules that hold for the whole source tree; this module sees every other. */
@NullMarked
package io.drover.checks;

import org.jspecify.annotations.NullMarked;
