/** Daemons of libvirt for tests, apart from the computer's own. */
@NullMarked
package io.drover.testbed.libvirt;

import org.jspecify.annotations.NullMarked;
