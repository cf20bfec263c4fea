package io.drover.worker.migration.source;

import java.io.IOException;

/** The database refused: the migration is not where this attempt believed it to be. Claim again and look. */
public final class SupersededException extends IOException {
    private static final long serialVersionUID = 1L;

    public SupersededException(String refusal) {
        super(refusal);
    }
}
