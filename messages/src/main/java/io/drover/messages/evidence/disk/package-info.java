/** What steps tell of a single disk: its size, how its copy compares, what its algorithm foretold. */
@NullMarked
package io.drover.messages.evidence.disk;

import org.jspecify.annotations.NullMarked;
