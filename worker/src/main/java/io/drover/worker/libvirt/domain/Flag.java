package io.drover.worker.libvirt.domain;

import java.util.Arrays;
import java.util.Collection;

/** A bit of a procedure's flags. */
public interface Flag {
    int bit();

    static int bits(Flag... flags) {
        return bits(Arrays.asList(flags));
    }

    static int bits(Collection<? extends Flag> flags) {
        return flags.stream().mapToInt(Flag::bit).reduce(0, (one, other) -> one | other);
    }
}
