/** What libvirt knows of domains, and what it can be told to do with them. */
@NullMarked
package io.drover.worker.libvirt.domain;

import org.jspecify.annotations.NullMarked;
