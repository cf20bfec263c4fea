package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What labels say about a VM's place, or about a host. Keys that do not begin with {@code drover.} are other
 * people's.
 *
 * @param affinity groups whose members stay on one host
 * @param antiAffinity groups whose members stay on different hosts
 * @param pinned the only hosts a VM may be on; empty: any
 * @param excluded nothing is decided about it: a VM is not moved, a host is neither target nor relieved
 * @param maintenance of a host: when it is emptied and no target; of a VM: the only times it may be moved
 * @param cpuModel processor a host offers, or a VM needs; empty: not said
 */
public record Constraints(
        Set<String> affinity,
        Set<String> antiAffinity,
        Set<HostId> pinned,
        boolean excluded,
        Optional<Windows> maintenance,
        Optional<String> cpuModel) {
    public static final String AFFINITY = "drover.affinity";
    public static final String ANTI_AFFINITY = "drover.anti-affinity";
    public static final String PIN = "drover.pin";
    public static final String EXCLUDE = "drover.exclude";
    public static final String MAINTENANCE = "drover.maintenance";
    public static final String CPU_MODEL = "drover.cpu-model";
    /** For workers alone: {@code WorkerStore.shutdownOrder}. */
    public static final String SHUTDOWN_ORDER = "drover.shutdown-order";

    private static final Set<String> KEYS =
            Set.of(AFFINITY, ANTI_AFFINITY, PIN, EXCLUDE, MAINTENANCE, CPU_MODEL, SHUTDOWN_ORDER);
    private static final Constraints NONE = of(Map.of());

    public Constraints {
        affinity = Set.copyOf(affinity);
        antiAffinity = Set.copyOf(antiAffinity);
        pinned = Set.copyOf(pinned);
    }

    /**
     * Reads the labels of a VM or of a host. Throws {@link IllegalArgumentException} whose message begins with the
     * label at fault; for example one group cannot be kept together and apart.
     */
    public static Constraints read(Map<String, String> labels) {
        return labels.isEmpty() ? NONE : of(labels);
    }

    private static Constraints of(Map<String, String> labels) {
        labels.keySet().stream()
                .filter(key -> key.startsWith("drover.") && !KEYS.contains(key))
                .findFirst()
                .ifPresent(key -> {
                    throw new IllegalArgumentException(key + ": unknown; known are " + new TreeSet<>(KEYS));
                });
        String place = labels.getOrDefault(SHUTDOWN_ORDER, "0");
        TextFields.require(
                place.matches("[0-9]{1,4}"), SHUTDOWN_ORDER + ": '" + place + "' is not a number from 0 to 9999");
        var constraints = new Constraints(
                words(labels, AFFINITY),
                words(labels, ANTI_AFFINITY),
                words(labels, PIN).stream().map(Constraints::host).collect(Collectors.toSet()),
                excluded(labels.getOrDefault(EXCLUDE, "false")),
                Optional.ofNullable(labels.get(MAINTENANCE)).map(Constraints::windows),
                Optional.ofNullable(labels.get(CPU_MODEL)));
        constraints.affinity.stream()
                .filter(constraints.antiAffinity::contains)
                .findFirst()
                .ifPresent(group -> {
                    throw new IllegalArgumentException(
                            ANTI_AFFINITY + ": group '" + group + "' stands in " + AFFINITY + " as well");
                });
        return constraints;
    }

    private static Set<String> words(Map<String, String> labels, String key) {
        String text = labels.get(key);
        if (text == null) {
            return Set.of();
        }
        Set<String> words = Stream.of(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        TextFields.require(!words.contains(""), key + ": '" + text + "' holds an empty name");
        return words;
    }

    private static HostId host(String text) {
        try {
            return new HostId(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(PIN + ": " + e.getMessage(), e);
        }
    }

    private static boolean excluded(String text) {
        TextFields.require(
                text.equals("true") || text.equals("false"), EXCLUDE + ": '" + text + "' is not true or false");
        return text.equals("true");
    }

    private static Windows windows(String text) {
        try {
            return Windows.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(MAINTENANCE + ": " + e.getMessage(), e);
        }
    }
}
