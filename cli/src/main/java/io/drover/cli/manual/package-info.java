/** What is made of the commands when packages are built: pages of the manual, and completions for shells. */
@NullMarked
package io.drover.cli.manual;

import org.jspecify.annotations.NullMarked;
