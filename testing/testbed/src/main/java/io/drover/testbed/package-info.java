@NullMarked
package io.drover.testbed;

import org.jspecify.annotations.NullMarked;
