/** {@code drover simulate}: policies over load traces. */
@NullMarked
package io.drover.cli.simulate;

import org.jspecify.annotations.NullMarked;
