/** The main job, end to end, on one VM, with its proof. Never in a package. */
@NullMarked
package io.drover.demo;

import org.jspecify.annotations.NullMarked;
