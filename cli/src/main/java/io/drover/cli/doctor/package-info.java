/** {@code drover doctor}: looks whether a host's programs have what they need. */
@NullMarked
package io.drover.cli.doctor;

import org.jspecify.annotations.NullMarked;
