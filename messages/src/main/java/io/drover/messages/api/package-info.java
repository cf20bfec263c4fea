/**
 * What the scheduler answers over HTTP, in JSON; paths are those below {@code /api/v1}. A list is an array of
 * documents, newest first where they have a time. Each has a golden file: a name or a meaning that changes breaks the
 * scripts of operators.
 */
@NullMarked
package io.drover.messages.api;

import org.jspecify.annotations.NullMarked;
