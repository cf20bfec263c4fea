/** The long-running programs and the set-up of the database. */
@NullMarked
package io.drover.cli.program;

import org.jspecify.annotations.NullMarked;
