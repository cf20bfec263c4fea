@NullMarked
package io.drover.cli.doctor.fleet;

import org.jspecify.annotations.NullMarked;
