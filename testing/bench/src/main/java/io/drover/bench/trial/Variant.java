package io.drover.bench.trial;

import io.drover.worker.replication.AlgorithmDescriptor;
import io.drover.worker.replication.algorithm.Auto;
import io.drover.worker.replication.algorithm.PreCopy;
import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Who moves the guest, or the image. */
public sealed interface Variant {
    String AUTO_PULL = "auto-pull";
    String PLAIN_SWAP = "pre-copy-plain-swap";
    String COPY = "drover-copy";
    String COPY_COMPARED = "drover-copy-compared";
    String NBDCOPY = "nbdcopy";
    String QEMU_IMG = "qemu-img-convert";
    String QEMU_MODES = "qemu-mirror-";

    /** For tests of the bench itself: what it asks for is refused. */
    String UNKNOWN = "unknown-algorithm";

    /** As on the command line and in the results. */
    String name();

    /**
     * One of Drover's algorithms, by the whole of its real way.
     *
     * @param swapAlgorithm the same, unless it does not take swap
     * @param allowPull whether the guest may depend on both hosts for a while
     * @param swapAsData whether the swap disk is defined, attached and copied as any other
     */
    record Drover(String name, String algorithm, String swapAlgorithm, boolean allowPull, boolean swapAsData)
            implements Variant {}

    /**
     * QEMU alone, driven as libvirt drives it.
     *
     * @param copyMode of {@code blockdev-mirror}
     */
    record Qemu(String name, String copyMode) implements Variant {}

    /** A copy of an image that nobody runs from. */
    record Raw(String name) implements Variant {}

    /** What this build has: whatever the workers have registered, QEMU's two modes, and tools that copy images. */
    static List<Variant> all() {
        List<Variant> all = new ArrayList<>();
        for (AlgorithmDescriptor algorithm : ReplicationAlgorithms.catalog().all()) {
            String name = algorithm.name();
            String swap = algorithm.takesSwap() ? name : PreCopy.NAME;
            all.add(new Drover(name, name, swap, algorithm.pulls(false), false));
        }
        all.add(1, new Drover(AUTO_PULL, Auto.NAME, Auto.NAME, true, false));
        all.add(new Drover(PLAIN_SWAP, PreCopy.NAME, PreCopy.NAME, false, true));
        all.add(new Qemu(QEMU_MODES + "background", "background"));
        all.add(new Qemu(QEMU_MODES + "write-blocking", "write-blocking"));
        Stream.of(COPY, COPY_COMPARED, NBDCOPY, QEMU_IMG).map(Raw::new).forEach(all::add);
        return all;
    }

    /**
     * Those of these names, in that order; {@link IllegalArgumentException} names one that this build does not have.
     */
    static List<Variant> named(List<String> names) {
        List<Variant> chosen = new ArrayList<>();
        for (String name : names) {
            chosen.add(Stream.concat(all().stream(), Stream.of(new Drover(UNKNOWN, UNKNOWN, UNKNOWN, false, false)))
                    .filter(contender -> contender.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("contender '" + name
                            + "' is not in this build; it has "
                            + String.join(
                                    ", ", all().stream().map(Variant::name).toList()))));
        }
        return chosen;
    }
}
