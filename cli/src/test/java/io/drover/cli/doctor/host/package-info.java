@NullMarked
package io.drover.cli.doctor.host;

import org.jspecify.annotations.NullMarked;
