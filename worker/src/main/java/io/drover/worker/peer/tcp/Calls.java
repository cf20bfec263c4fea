package io.drover.worker.peer.tcp;

import io.drover.messages.DiskId;
import java.time.Duration;
import java.util.Objects;

/** Names and arguments of the calls (docs/peer-protocol.md, Calls). */
final class Calls {
    static final String PREPARE = "prepare";
    static final String OPEN_DISK = "open_disk";
    static final String AWAIT_COMPLETE = "await_complete";
    static final String RUN = "run";
    static final String OBSERVE = "observe";
    static final String COMPARE = "compare";
    static final String SETTLE = "settle";
    static final String ABORT = "abort";

    private Calls() {}

    record OpenDisk(DiskId disk) {
        OpenDisk {
            Objects.requireNonNull(disk, "disk");
        }
    }

    record OpenedDisk(int index) {}

    record AwaitComplete(Duration limit) {
        AwaitComplete {
            Objects.requireNonNull(limit, "limit");
        }
    }

    record Completed(boolean complete) {}

    /** @param zero every block is zero; otherwise the digests follow the document */
    record Compare(DiskId disk, long offset, long length, boolean zero) {
        Compare {
            Objects.requireNonNull(disk, "disk");
        }
    }
}
