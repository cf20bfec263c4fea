@NullMarked
package io.drover.cli.doctor;

import org.jspecify.annotations.NullMarked;
