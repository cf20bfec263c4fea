/** XML texts of which parts are replaced and the rest stays as it was, byte for byte. */
@NullMarked
package io.drover.worker.hypervisor.libvirt.xml;

import org.jspecify.annotations.NullMarked;
