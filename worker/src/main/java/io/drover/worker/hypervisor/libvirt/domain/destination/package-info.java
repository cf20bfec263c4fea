/** The XML of a domain as the destination of a move needs it. */
@NullMarked
package io.drover.worker.hypervisor.libvirt.domain.destination;

import org.jspecify.annotations.NullMarked;
