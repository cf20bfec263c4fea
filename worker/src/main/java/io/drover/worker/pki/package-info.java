/** Certificates of a fleet: one authority, and for each host a certificate whose name is the host's id. */
@NullMarked
package io.drover.worker.pki;

import org.jspecify.annotations.NullMarked;
