/** Rules under which a move costs what it costs: machines stay, memory is enforced, local disks travel. */
@NullMarked
package io.drover.simulator.honest;

import org.jspecify.annotations.NullMarked;
