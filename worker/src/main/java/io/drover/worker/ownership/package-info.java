/** Who may run a machine: the marks of this host, its locks on machines, and the power it gives to those it owns. */
@NullMarked
package io.drover.worker.ownership;

import org.jspecify.annotations.NullMarked;
