package io.drover.worker.replication;

import java.util.function.Function;

/**
 * What is known of a replication algorithm before there is a copy, and how one is made.
 *
 * @param name the name used in tasks, for example {@code pre-copy}
 * @param takesSwap whether a swap disk may be copied so
 * @param buildsOnContent whether a target that already holds something is as good as an empty one: every block is sent,
 *     offered or made zero, holes included. Only then does the destination keep what an earlier attempt sent, and take
 *     offers
 * @param copiedByHypervisor whether the hypervisor itself reads and sends the disk, a base below it included: only where
 *     its driver offers that
 * @param pulling whether blocks may stay behind when the guest runs at the destination
 * @param maker a new object for one disk of one migration
 */
public record AlgorithmDescriptor(
        String name,
        boolean takesSwap,
        boolean buildsOnContent,
        boolean copiedByHypervisor,
        Pulling pulling,
        Function<CopyTerms, ReplicationAlgorithm> maker) {
    /** When an algorithm leaves blocks behind, to be pulled by the guest at the destination. */
    public enum Pulling {
        NEVER,
        /**
         * An algorithm that can do without. The destination is ready for it from the start, whatever is chosen later.
         */
        WHERE_ALLOWED,
        ALWAYS
    }

    /** One that takes swap, wants an empty target and leaves nothing behind. */
    public static AlgorithmDescriptor of(String name, Function<CopyTerms, ReplicationAlgorithm> maker) {
        return new AlgorithmDescriptor(name, true, false, false, Pulling.NEVER, maker);
    }

    public AlgorithmDescriptor notForSwap() {
        return new AlgorithmDescriptor(name, false, buildsOnContent, copiedByHypervisor, pulling, maker);
    }

    public AlgorithmDescriptor buildingOnContent() {
        return new AlgorithmDescriptor(name, takesSwap, true, copiedByHypervisor, pulling, maker);
    }

    public AlgorithmDescriptor byHypervisor() {
        return new AlgorithmDescriptor(name, takesSwap, buildsOnContent, true, pulling, maker);
    }

    public AlgorithmDescriptor pulling(Pulling when) {
        return new AlgorithmDescriptor(name, takesSwap, buildsOnContent, copiedByHypervisor, when, maker);
    }

    /** Whether the destination must be ready to pull; {@code allowed}: whether the VM may depend on both hosts. */
    public boolean pulls(boolean allowed) {
        return switch (pulling) {
            case NEVER -> false;
            case WHERE_ALLOWED -> allowed;
            case ALWAYS -> true;
        };
    }

    public ReplicationAlgorithm create(CopyTerms terms) {
        return maker.apply(terms);
    }
}
