package io.drover.messages.evidence.disk;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How a disk compares with its copy; in JSON the keys alone tell which of the two it is. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
public sealed interface CopyComparison {
    /**
     * It was not compared.
     *
     * @param notCompared the reason
     */
    record NotCompared(String notCompared) implements CopyComparison {}

    /**
     * It was compared, in blocks of 4 KiB.
     *
     * @param blocks of the whole disk
     * @param compared how many were compared
     * @param rewritten how many were left out because the guest had written them
     * @param different where the first of those begin that differ, in bytes
     * @param regions the parts it was compared in
     */
    record Compared(long blocks, long compared, long rewritten, List<Long> different, List<ComparedRegion> regions)
            implements CopyComparison {
        public Compared {
            different = List.copyOf(different);
            regions = List.copyOf(regions);
        }
    }

    /**
     * A part of a disk.
     *
     * @param offset in bytes
     * @param compared how many of its blocks were compared
     * @param source SHA-256 in hex over the digests of those blocks, in order
     * @param destination the same of the copy
     */
    record ComparedRegion(long offset, long compared, String source, String destination) {
        /** Whether both sides hold the same. */
        public boolean equal() {
            return source.equals(destination);
        }
    }
}
