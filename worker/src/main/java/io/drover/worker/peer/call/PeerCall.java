package io.drover.worker.peer.call;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.DiskId;
import io.drover.messages.ImageName;
import io.drover.worker.peer.Destination;
import io.drover.worker.replication.RegionComparison;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The calls of the peer protocol (docs/peer-protocol.md, Calls). A record holds the arguments of a call, its name in
 * snake case is the call's; bytes that belong to a call travel behind the document.
 *
 * @param <R> the document of the answer
 */
public sealed interface PeerCall<R> {
    Class<R> answer();

    /** The content of a part of a base image follows the document; without any the call only asks. */
    record TakeBase(ImageName image, long size, String sha256, long offset) implements PeerCall<Taken> {
        @Override
        public Class<Taken> answer() {
            return Taken.class;
        }
    }

    /**
     * How much of a base is here.
     *
     * @param bytes from the beginning of the file
     */
    record Taken(long bytes) {}

    /** The arguments are the request itself. */
    record Prepare(@JsonValue Destination.PrepareRequest request) implements PeerCall<Destination.Prepared> {
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public Prepare {
            Objects.requireNonNull(request, "request");
        }

        @Override
        public Class<Destination.Prepared> answer() {
            return Destination.Prepared.class;
        }
    }

    record OpenDisk(DiskId disk) implements PeerCall<OpenedDisk> {
        public OpenDisk {
            Objects.requireNonNull(disk, "disk");
        }

        @Override
        public Class<OpenedDisk> answer() {
            return OpenedDisk.class;
        }
    }

    /**
     * A disk that takes data.
     *
     * @param index of the disk in frames of this session
     * @param known whether the destination holds anything of this disk, so that offers are worth their digests
     */
    record OpenedDisk(int index, boolean known) {}

    /**
     * The digests follow the document.
     *
     * @param blocks as {@link CallCodec#blocks} writes them
     */
    record Offer(DiskId disk, long offset, int length, int blockBytes, String blocks) implements PeerCall<Wanted> {
        @Override
        public Class<Wanted> answer() {
            return Wanted.class;
        }
    }

    /**
     * What must be sent of an offer.
     *
     * @param wanted as {@link CallCodec#blocks} writes them
     */
    record Wanted(String wanted) {}

    record AwaitComplete(Duration limit) implements PeerCall<Completed> {
        public AwaitComplete {
            Objects.requireNonNull(limit, "limit");
        }

        @Override
        public Class<Completed> answer() {
            return Completed.class;
        }
    }

    record Completed(boolean complete) {}

    /**
     * Ranges whose content is old.
     *
     * @param extents offset and length by turns, in bytes
     */
    record LeaveBehind(DiskId disk, List<Long> extents) implements PeerCall<Nothing> {
        @Override
        public Class<Nothing> answer() {
            return Nothing.class;
        }
    }

    record Missing(DiskId disk, long offset) implements PeerCall<Lacking> {
        @Override
        public Class<Lacking> answer() {
            return Lacking.class;
        }
    }

    /**
     * What a disk lacks.
     *
     * @param extents offset and length by turns, in bytes
     * @param bytes of the whole disk
     */
    record Lacking(List<Long> extents, long bytes) {}

    record CompletePull() implements PeerCall<Completed> {
        @Override
        public Class<Completed> answer() {
            return Completed.class;
        }
    }

    record Run() implements PeerCall<Nothing> {
        @Override
        public Class<Nothing> answer() {
            return Nothing.class;
        }
    }

    record Observe() implements PeerCall<Destination.Observation> {
        @Override
        public Class<Destination.Observation> answer() {
            return Destination.Observation.class;
        }
    }

    /**
     * A region to be compared.
     *
     * @param zero every block is zero; otherwise the digests follow the document
     */
    record Compare(DiskId disk, long offset, long length, boolean zero) implements PeerCall<RegionComparison> {
        public Compare {
            Objects.requireNonNull(disk, "disk");
        }

        @Override
        public Class<RegionComparison> answer() {
            return RegionComparison.class;
        }
    }

    record BeginSwitchover() implements PeerCall<Nothing> {
        @Override
        public Class<Nothing> answer() {
            return Nothing.class;
        }
    }

    record Settle() implements PeerCall<Nothing> {
        @Override
        public Class<Nothing> answer() {
            return Nothing.class;
        }
    }

    record Abort() implements PeerCall<Nothing> {
        @Override
        public Class<Nothing> answer() {
            return Nothing.class;
        }
    }

    /** The answer of a call without a result: it was done. */
    record Nothing() {}
}
