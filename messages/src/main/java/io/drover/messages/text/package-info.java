/** Numbers, times and file errors as people write and read them. */
@NullMarked
package io.drover.messages.text;

import org.jspecify.annotations.NullMarked;
