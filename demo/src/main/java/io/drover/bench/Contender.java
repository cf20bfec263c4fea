package io.drover.bench;

import io.drover.worker.replication.ReplicationAlgorithms;
import java.util.ArrayList;
import java.util.List;

/** Who moves the guest. */
sealed interface Contender {
    /** As on the command line and in the results. */
    String name();

    /** One of Drover's algorithms, by the whole of its real way. */
    record Drover(String name) implements Contender {}

    /**
     * QEMU alone, driven as libvirt drives it.
     *
     * @param copyMode of {@code blockdev-mirror}
     */
    record Qemu(String name, String copyMode) implements Contender {}

    /** What this build has: whatever the workers have registered, and QEMU's two modes. */
    static List<Contender> all() {
        List<Contender> all = new ArrayList<>();
        new ReplicationAlgorithms().names().forEach(name -> all.add(new Drover(name)));
        all.add(new Qemu("qemu-mirror-background", "background"));
        all.add(new Qemu("qemu-mirror-write-blocking", "write-blocking"));
        return all;
    }

    /** Those of these names, in that order; {@link IllegalArgumentException} names one that this build does not have. */
    static List<Contender> named(List<String> names) {
        List<Contender> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(all().stream()
                    .filter(contender -> contender.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("contender '" + name
                            + "' is not in this build; it has "
                            + String.join(
                                    ", ", all().stream().map(Contender::name).toList()))));
        }
        return chosen;
    }
}
