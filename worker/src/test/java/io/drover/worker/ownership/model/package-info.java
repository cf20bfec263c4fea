/**
 * The ownership rule as a model that is checked in every interleaving: documentation that cannot be wrong unnoticed.
 */
@NullMarked
package io.drover.worker.ownership.model;

import org.jspecify.annotations.NullMarked;
