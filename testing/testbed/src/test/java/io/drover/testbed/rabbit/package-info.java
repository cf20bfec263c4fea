@NullMarked
package io.drover.testbed.rabbit;

import org.jspecify.annotations.NullMarked;
