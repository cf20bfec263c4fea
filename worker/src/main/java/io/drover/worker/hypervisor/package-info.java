/** The hypervisor as a port, in the words of migration. */
@NullMarked
package io.drover.worker.hypervisor;

import org.jspecify.annotations.NullMarked;
