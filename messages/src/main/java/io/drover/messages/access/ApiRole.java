package io.drover.messages.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a token is good for; each role may do what the ones before it may. */
public enum ApiRole {
    /** Look. */
    READ,
    /** Move, start and stop VMs, empty hosts, and say where VMs may run. */
    OPERATE,
    /** Decide whom a host belongs to, what the balancer does by itself, and who has a token. */
    ADMINISTER;

    public static final String WORDS =
            Arrays.stream(values()).map(ApiRole::word).collect(Collectors.joining(", "));

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Throws {@link IllegalArgumentException} for a word that is none. */
    public static ApiRole of(String word) {
        return Arrays.stream(values())
                .filter(role -> role.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is none of " + WORDS));
    }

    public boolean covers(ApiRole needed) {
        return compareTo(needed) >= 0;
    }
}
