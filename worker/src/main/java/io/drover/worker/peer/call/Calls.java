package io.drover.worker.peer.call;

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
public final class Calls {
    public static final String TAKE_BASE = "take_base";
    public static final String PREPARE = "prepare";
    public static final String OPEN_DISK = "open_disk";
    public static final String AWAIT_COMPLETE = "await_complete";
    public static final String RUN = "run";
    public static final String OBSERVE = "observe";
    public static final String COMPARE = "compare";
    public static final String OFFER = "offer";
    public static final String LEAVE_BEHIND = "leave_behind";
    public static final String MISSING = "missing";
    public static final String COMPLETE_PULL = "complete_pull";
    public static final String SETTLE = "settle";
    public static final String ABORT = "abort";

    private Calls() {}

    /** The content follows the document. */
    public record TakeBase(ImageName image, long size, String sha256, long offset) {}

    /** @param bytes from the beginning of the file */
    public record Taken(long bytes) {}

    public record OpenDisk(DiskId disk) {
        public OpenDisk {
            Objects.requireNonNull(disk, "disk");
        }
    }

    /** @param known whether the destination holds anything of this disk, so that offers are worth their digests */
    public record OpenedDisk(int index, boolean known) {}

    /** The digests follow the document. */
    public record Offer(DiskId disk, long offset, int length, int blockBytes, String blocks) {}

    public record Wanted(String wanted) {}

    /** Sets of block numbers as base64 of bytes, bit 0 of byte 0 being block 0. */
    public static final class Blocks {
        private Blocks() {}

        public static String encode(BitSet blocks) {
            return Base64.getEncoder().encodeToString(blocks.toByteArray());
        }

        public static BitSet decode(String text) throws WireException {
            try {
                return BitSet.valueOf(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                throw new WireException("no set of blocks: " + e.getMessage());
            }
        }
    }

    public static ControlPayload.Call call(String name, @Nullable Object arguments) {
        return new ControlPayload.Call(
                name, arguments == null ? null : DroverJson.mapper().valueToTree(arguments));
    }

    public record AwaitComplete(Duration limit) {
        public AwaitComplete {
            Objects.requireNonNull(limit, "limit");
        }
    }

    public record Completed(boolean complete) {}

    /** @param extents offset and length by turns, in bytes */
    public record LeaveBehind(DiskId disk, List<Long> extents) {}

    public record MissingFrom(DiskId disk, long offset) {}

    /** @param extents offset and length by turns, in bytes */
    public record Lacking(List<Long> extents, long bytes) {}

    public static List<Long> flat(List<Extent> extents) {
        return extents.stream()
                .flatMap(extent -> Stream.of(extent.offset(), extent.length()))
                .toList();
    }

    public static List<Extent> extents(List<Long> flat) throws WireException {
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
    public record Compare(DiskId disk, long offset, long length, boolean zero) {
        public Compare {
            Objects.requireNonNull(disk, "disk");
        }
    }
}
