/** What to send when; declares the ports it needs. */
@NullMarked
package io.drover.worker.replication;

import org.jspecify.annotations.NullMarked;
