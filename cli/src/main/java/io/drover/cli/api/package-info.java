/** The scheduler's HTTP API as its client sees it. */
@NullMarked
package io.drover.cli.api;

import org.jspecify.annotations.NullMarked;
