/** What keeps a domain of libvirt from moving to another host, and why. */
@NullMarked
package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import org.jspecify.annotations.NullMarked;
