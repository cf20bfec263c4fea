package io.drover.worker.peer.tcp;

import io.drover.messages.DiskId;
import io.drover.messages.ImageName;
import io.drover.messages.json.DroverJson;
import io.drover.worker.replication.Extent;
import io.drover.worker.wire.WireException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Names and arguments of the calls (docs/peer-protocol.md, Calls). */
final class Calls {
    static final String TAKE_BASE = "take_base";
    static final String PREPARE = "prepare";
    static final String OPEN_DISK = "open_disk";
    static final String AWAIT_COMPLETE = "await_complete";
    static final String RUN = "run";
    static final String OBSERVE = "observe";
    static final String COMPARE = "compare";
    static final String OFFER = "offer";
    static final String LEAVE_BEHIND = "leave_behind";
    static final String MISSING = "missing";
    static final String COMPLETE_PULL = "complete_pull";
    static final String SETTLE = "settle";
    static final String ABORT = "abort";

    private Calls() {}

    /** The content follows the document. */
    record TakeBase(ImageName image, long size, String sha256, long offset) {}

    /** @param bytes from the beginning of the file */
    record Taken(long bytes) {}

    record OpenDisk(DiskId disk) {
        OpenDisk {
            Objects.requireNonNull(disk, "disk");
        }
    }

    /** @param known whether the destination holds anything of this disk, so that offers are worth their digests */
    record OpenedDisk(int index, boolean known) {}

    /** The digests follow the document. */
    record Offer(DiskId disk, long offset, int length, int blockBytes, String blocks) {}

    record Wanted(String wanted) {}

    /** Sets of block numbers as base64 of bytes, bit 0 of byte 0 being block 0. */
    static final class Blocks {
        private Blocks() {}

        static String encode(BitSet blocks) {
            return Base64.getEncoder().encodeToString(blocks.toByteArray());
        }

        static BitSet decode(String text) throws WireException {
            try {
                return BitSet.valueOf(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                throw new WireException("no set of blocks: " + e.getMessage());
            }
        }
    }

    static ControlPayload.Call call(String name, @Nullable Object arguments) {
        return new ControlPayload.Call(
                name, arguments == null ? null : DroverJson.mapper().valueToTree(arguments));
    }

    record AwaitComplete(Duration limit) {
        AwaitComplete {
            Objects.requireNonNull(limit, "limit");
        }
    }

    record Completed(boolean complete) {}

    /** @param extents offset and length by turns, in bytes */
    record LeaveBehind(DiskId disk, List<Long> extents) {}

    record MissingFrom(DiskId disk, long offset) {}

    /** @param extents offset and length by turns, in bytes */
    record Lacking(List<Long> extents, long bytes) {}

    static List<Long> flat(List<Extent> extents) {
        return extents.stream()
                .flatMap(extent -> Stream.of(extent.offset(), extent.length()))
                .toList();
    }

    static List<Extent> extents(List<Long> flat) throws WireException {
        var extents = new ArrayList<Extent>();
        try {
            for (int i = 0; i < flat.size(); i += 2) {
                extents.add(new Extent(flat.get(i), flat.get(i + 1)));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new WireException("extents: " + e.getMessage());
        }
        return extents;
    }

    /** @param zero every block is zero; otherwise the digests follow the document */
    record Compare(DiskId disk, long offset, long length, boolean zero) {
        Compare {
            Objects.requireNonNull(disk, "disk");
        }
    }
}
