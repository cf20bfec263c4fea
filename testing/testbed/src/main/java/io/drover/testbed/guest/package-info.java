/** Guests to migrate: Debian's kernel, a witness as their only program, disks with real files, and checks of them. */
@NullMarked
package io.drover.testbed.guest;

import org.jspecify.annotations.NullMarked;
