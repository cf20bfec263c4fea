/** Tests of the search, and the optimum to compare it with. */
@NullMarked
package io.drover.scheduler.balancing.search;

import org.jspecify.annotations.NullMarked;
