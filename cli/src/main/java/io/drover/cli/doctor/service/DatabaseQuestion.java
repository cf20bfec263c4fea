package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.Finding;
import io.drover.schema.StoreUnavailableException;
import java.util.List;

/** What is asked of a database that may not answer, which {@link DatabaseCheck} tells once for all. */
public final class DatabaseQuestion {
    private DatabaseQuestion() {}

    /** What is asked. */
    @FunctionalInterface
    public interface Asking {
        List<Finding> ask() throws Exception;
    }

    /** The answer, or that there was none. */
    public static List<Finding> of(Asking asking) throws Exception {
        try {
            return asking.ask();
        } catch (StoreUnavailableException e) {
            return List.of(Finding.notLookedAt("PostgreSQL does not answer"));
        } catch (IllegalStateException e) {
            return List.of(Finding.notLookedAt(String.valueOf(e.getMessage())));
        }
    }
}
