/** The ownership rule as a model that is checked in every interleaving: documentation that cannot be wrong unnoticed. */
@NullMarked
package io.drover.worker.migration.model;

import org.jspecify.annotations.NullMarked;
