/** A PostgreSQL of one's own, for tests and for the demo. */
@NullMarked
package io.drover.testbed.postgres;

import org.jspecify.annotations.NullMarked;
