/** What a guest's console showed, when, and what follows from it: the outside view of a migration. */
@NullMarked
package io.drover.testbed.evidence;

import org.jspecify.annotations.NullMarked;
