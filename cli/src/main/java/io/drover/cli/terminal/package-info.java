/** What every command shares: exit codes, output for people and for programs. */
@NullMarked
package io.drover.cli.terminal;

import org.jspecify.annotations.NullMarked;
