/**
 * Bodies of requests over HTTP. They come in through the strict reader
 * ({@link io.drover.messages.json.DroverJson#read}); what may be left out is null.
 */
@NullMarked
package io.drover.messages.api.request;

import org.jspecify.annotations.NullMarked;
