/** Values of options and files that several commands share. */
@NullMarked
package io.drover.cli.operator.option;

import org.jspecify.annotations.NullMarked;
