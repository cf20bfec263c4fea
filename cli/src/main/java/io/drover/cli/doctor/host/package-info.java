/** Checks of this host: account, folders, addresses, certificates, hypervisor. */
@NullMarked
package io.drover.cli.doctor.host;

import org.jspecify.annotations.NullMarked;
