@NullMarked
package io.drover.testbed.postgres;

import org.jspecify.annotations.NullMarked;
