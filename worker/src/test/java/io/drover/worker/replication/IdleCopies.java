package io.drover.worker.replication;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.time.SystemClock;

/** Copies of disks that nobody writes to: only the bulk is sent. */
public final class IdleCopies {
    private IdleCopies() {}

    public static DiskCopy of(BlockSource source, BlockTarget target, CopyAccount account) {
        return new DiskCopy(
                new DiskId("data"),
                DiskRole.DATA,
                source,
                new NoChanges(),
                target,
                new NoMirror(),
                account,
                new SystemClock(),
                new NoWriteMirror());
    }

    private record NoChanges() implements DiskChanges {
        @Override
        public long dirtyBytes() {
            return 0;
        }

        @Override
        public Round freeze() {
            throw new IllegalStateException("nobody writes");
        }
    }

    private record NoMirror() implements NativeMirror {
        @Override
        public void start() {
            throw new IllegalStateException("no mirror");
        }

        @Override
        public Progress progress() {
            throw new IllegalStateException("no mirror");
        }

        @Override
        public void limit(long bytesPerSecond) {}

        @Override
        public void complete() {
            throw new IllegalStateException("no mirror");
        }

        @Override
        public void abandon() {}
    }

    private record NoWriteMirror() implements WriteMirror {
        @Override
        public void start() {
            throw new IllegalStateException("no mirror");
        }

        @Override
        public void beginRound() {
            start();
        }

        @Override
        public long pendingBytes() {
            throw new IllegalStateException("no mirror");
        }

        @Override
        public void complete() {
            start();
        }

        @Override
        public void abandon() {}
    }
}
