package io.drover.cli.doors;

import java.util.Map;
import java.util.Optional;

/**
 * One way in for JSON.
 *
 * @param name for the test's report
 * @param good a document that comes in
 * @param begins the text behind which fields of the document itself may stand
 * @param fields what the fields hold that mistakes are made in, by JSON pointer
 * @param entry lets bytes in; the refusal's words, or empty when they came in
 */
record Door(String name, String good, String begins, Map<String, Kind> fields, Entry entry) {
    /** What a field holds. */
    enum Kind {
        TEXT,
        /** A text that may be empty. */
        FREE,
        /** A text of a few that are known. */
        WORD,
        WHOLE,
        FLAG,
        LIST,
        OBJECT,
        UUID
    }

    /** The other side. */
    @FunctionalInterface
    interface Entry {
        Optional<String> let(byte[] document) throws Exception;
    }

    @Override
    public String toString() {
        return name;
    }
}
