/** The five phases of a migration by libvirt, and its jobs. */
@NullMarked
package io.drover.worker.libvirt.migration;

import org.jspecify.annotations.NullMarked;
