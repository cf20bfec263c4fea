package io.drover.schema;

/** The database was made by migrations that this version no longer has. Nothing was changed in it. */
public final class ReplacedMigrationsException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public ReplacedMigrationsException() {
        super("the database was made by a version before 0.1.0, whose migrations were replaced: make a new one"
                + " (docs/operating/database.md, Upgrading)");
    }
}
