@NullMarked
package io.drover.schema.inspection;

import org.jspecify.annotations.NullMarked;
