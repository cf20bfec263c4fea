/** What a login finds in its database, for who looks whether all is as it must be; nothing is changed. */
@NullMarked
package io.drover.schema.inspection;

import org.jspecify.annotations.NullMarked;
