/** JSON Schemas (draft 2020-12) of everything Drover sends or takes. */
@NullMarked
package io.drover.messages.schemas;

import org.jspecify.annotations.NullMarked;
