package io.drover.schema;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Tells a database that cannot work now from one that was asked wrongly, by SQLSTATE (PostgreSQL 15, appendix A). */
final class SqlErrors {
    /** Connection lost; transaction to be repeated; out of resources. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "40", "53");

    private static final Set<String> UNAVAILABLE_STATES = Set.of(
            "57014", // stopped by statement_timeout
            "57P01", // shutting down
            "57P02", // crashed
            "57P03", // starting up
            "57P05", // idle too long in the session
            "25P03", // idle too long in the transaction
            "55P03", // lock_timeout
            "25006", // a standby: read only
            "58030"); // I/O error at the server

    /** Raised by caller_host(), see R__10_caller_host.sql. */
    private static final String FENCED = "DR001";

    /** What a connection met that tells of its server rather than of what it was asked. */
    private static final Set<String> SERVER_STATES = Set.of("25006", "57P01", "57P02", "57P03");

    private SqlErrors() {}

    /** Whether the server is gone, going, or takes no writes: connections to it are of no use any more. */
    static boolean isOfTheServer(SQLException error) {
        String state = error.getSQLState();
        return state != null && (SERVER_STATES.contains(state) || state.startsWith("08"));
    }

    static RuntimeException translated(SQLException error) {
        SQLException innermost = innermost(error);
        if (FENCED.equals(innermost.getSQLState())) {
            return new FencedException(firstLine(innermost), error);
        }
        if (isUnavailable(innermost)) {
            return new StoreUnavailableException("PostgreSQL is not available: " + firstLine(innermost), error);
        }
        return new IllegalStateException(
                "PostgreSQL answered " + innermost.getSQLState() + ": " + firstLine(innermost), error);
    }

    /** Without the server's account of where in which function; that stands in the cause. */
    private static String firstLine(SQLException error) {
        String message = String.valueOf(error.getMessage());
        return message.lines().findFirst().orElse(message).replaceFirst("^ERROR: ", "");
    }

    private static boolean isUnavailable(SQLException error) {
        String state = error.getSQLState();
        if (state == null) {
            return error instanceof SQLTransientConnectionException || error instanceof SQLTimeoutException;
        }
        return UNAVAILABLE_STATES.contains(state)
                || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
    }

    /** The pool wraps what the driver said: the innermost error with a state is the cause. */
    private static SQLException innermost(SQLException error) {
        SQLException found = error;
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException inner && inner.getSQLState() != null) {
                found = inner;
            }
        }
        return found;
    }
}
