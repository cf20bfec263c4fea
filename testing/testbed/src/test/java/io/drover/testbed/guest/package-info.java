@NullMarked
package io.drover.testbed.guest;

import org.jspecify.annotations.NullMarked;
