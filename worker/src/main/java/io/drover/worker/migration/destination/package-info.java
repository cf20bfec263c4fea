/** A migration at its destination: what it admits, what arrives, and the handover to this host. */
@NullMarked
package io.drover.worker.migration.destination;

import org.jspecify.annotations.NullMarked;
