package io.drover.scheduler.control;

import io.drover.messages.text.Shown;
import java.util.Locale;
import java.util.stream.Stream;

/** What the balancer does with what it decides. */
public enum BalancerMode {
    /** It does not look; only requests move VMs. */
    OFF,
    /** It decides and records. */
    SHADOW,
    /** What it decides waits for a person. */
    RECOMMEND,
    /** It moves VMs. */
    AUTOMATIC;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} that lists the known ones. */
    public static BalancerMode of(String name) {
        return Stream.of(values())
                .filter(mode -> mode.wireName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("mode: '" + Shown.text(name) + "' is none of "
                        + String.join(
                                ", ",
                                Stream.of(values()).map(BalancerMode::wireName).toList())));
    }
}
