/** The decision rules of today's balancers, each from its own documents, and Drover's. */
@NullMarked
package io.drover.simulator.localdisk.policy;

import org.jspecify.annotations.NullMarked;
