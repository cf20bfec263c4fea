/** Every way in which a document from outside comes in, and every mistake that such a document may hold. */
@NullMarked
package io.drover.cli.doors;

import org.jspecify.annotations.NullMarked;
