/** {@code drover pki}: the fleet's certificates. */
@NullMarked
package io.drover.cli.pki;

import org.jspecify.annotations.NullMarked;
