@NullMarked
package io.drover.testbed.evidence;

import org.jspecify.annotations.NullMarked;
