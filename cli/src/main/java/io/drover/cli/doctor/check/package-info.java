/** What doctor's checks have in common. */
@NullMarked
package io.drover.cli.doctor.check;

import org.jspecify.annotations.NullMarked;
