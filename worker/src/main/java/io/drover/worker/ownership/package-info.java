/** Who may run a VM: the marks of this host, its locks on VMs, and the power it gives to those it owns. */
@NullMarked
package io.drover.worker.ownership;

import org.jspecify.annotations.NullMarked;
