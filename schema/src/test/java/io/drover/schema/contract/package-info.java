/** What every implementation of the stores must do; also run by others through the test-jar. */
@NullMarked
package io.drover.schema.contract;

import org.jspecify.annotations.NullMarked;
