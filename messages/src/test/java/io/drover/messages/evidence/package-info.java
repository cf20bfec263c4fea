@NullMarked
package io.drover.messages.evidence;

import org.jspecify.annotations.NullMarked;
