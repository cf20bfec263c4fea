@NullMarked
package io.drover.worker.pki;

import org.jspecify.annotations.NullMarked;
