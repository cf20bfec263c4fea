/** Certificates and keys in PEM files, and what TLS makes of them. */
@NullMarked
package io.drover.messages.tls;

import org.jspecify.annotations.NullMarked;
