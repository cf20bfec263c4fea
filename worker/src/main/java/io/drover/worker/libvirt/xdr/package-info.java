/** Data in the encoding of RFC 4506, with a bound on everything that has a length. Stands alone. */
@NullMarked
package io.drover.worker.libvirt.xdr;

import org.jspecify.annotations.NullMarked;
