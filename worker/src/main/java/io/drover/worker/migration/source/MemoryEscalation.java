package io.drover.worker.migration.source;

import java.util.List;
import java.util.Locale;

/** What helps memory to converge. */
public enum MemoryEscalation {
    /** Pages sent again go as differences; on from the start, since QEMU 7.2 cannot turn it on later. */
    XBZRLE,
    /** The guest is denied ever more of its processors (auto-converge). */
    AUTO_CONVERGE,
    /** The pause allowed is doubled, up to the longest. */
    LONGER_PAUSE;

    /** From the gentlest on. */
    public static final List<MemoryEscalation> ALL = List.of(values());

    /** As configured, for example {@code auto-converge}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
