/** What a domain's XML says, by libvirt's "Domain XML format" (formatdomain.html) of version 9.0. */
@NullMarked
package io.drover.worker.hypervisor.libvirt.domain;

import org.jspecify.annotations.NullMarked;
