package io.drover.worker.migration;

import java.util.List;
import java.util.Locale;

/** What helps memory to converge. XBZRLE is none of them: it loses guests (decision 0016). */
public enum MemoryRung {
    /** The guest is denied ever more of its processors (auto-converge). */
    AUTO_CONVERGE,
    /** The pause allowed is doubled, up to the longest. */
    LONGER_PAUSE;

    /** From the gentlest on. */
    public static final List<MemoryRung> ALL = List.of(values());

    /** As configured, for example {@code auto-converge}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
