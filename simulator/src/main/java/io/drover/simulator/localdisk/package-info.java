/**
 * Rules under which a move costs what it costs: virtual machines stay, memory is enforced, local disks travel over
 * links.
 */
@NullMarked
package io.drover.simulator.localdisk;

import org.jspecify.annotations.NullMarked;
