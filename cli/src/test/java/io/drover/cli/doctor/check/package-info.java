@NullMarked
package io.drover.cli.doctor.check;

import org.jspecify.annotations.NullMarked;
