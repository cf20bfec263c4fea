package io.drover.worker.migration.source.step;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.PulledRest;
import io.drover.messages.evidence.PulledRest.PushedBlocks;
import io.drover.worker.migration.source.DiskReplication;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationMonitor;
import io.drover.worker.migration.source.Step;
import io.drover.worker.migration.source.comparison.FrozenDisk;
import io.drover.worker.peer.Destination.Missing;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.Extents;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * While the guest runs at the destination: pushes the frozen disks' blocks that are missing there, what the guest wrote
 * most recently first, and has the session answer what the guest waits for. The destination says what is missing, so
 * after any crash only that is sent. Ends when the destination has everything on disk.
 */
public final class PullRest implements Step.Plain {
    /** What is missing is asked for again after so much: what the guest fetched or wrote meanwhile is not pushed. */
    private static final long PIECE_BYTES = 32L << 20;

    @Override
    public String name() {
        return PulledRest.STEP;
    }

    @Override
    public MigrationState state() {
        return MigrationState.PULLING;
    }

    /** A destination that has everything says so by the state it makes. */
    @Override
    public boolean wanted(MigrationContext context) {
        return context.state() == MigrationState.PULLING;
    }

    @Override
    public PulledRest run(MigrationContext context) throws IOException, InterruptedException {
        Duration begin = context.ports().clock().elapsed();
        PullTerms.answerFetches(context);
        Map<DiskId, Pushed> hot = new TreeMap<>();
        for (DiskDefinition disk : PullTerms.pulled(context)) {
            Optional<DiskReplication> replication = replication(context, disk.id());
            var hottest = replication.map(DiskReplication::hottest).orElse(List.of());
            hot.put(disk.id(), push(context, disk, hottest));
        }
        Map<DiskId, Pushed> rests = new TreeMap<>();
        Map<DiskId, PushedBlocks> evidence = new TreeMap<>();
        for (DiskDefinition disk : PullTerms.pulled(context)) {
            Extent whole = new Extent(0, Math.max(1, context.ports().images().size(disk.image())));
            Pushed rest = push(context, disk, List.of(whole));
            rests.put(disk.id(), rest);
            evidence.put(disk.id(), ended(context, disk.id(), rest.and(hot.get(disk.id()))));
        }
        requireAllReadable(rests);
        if (!context.session().completePull()) {
            throw new IOException(context.destinationName() + " says that blocks are still missing");
        }
        Duration took = context.ports().clock().elapsed().minus(begin);
        context.moveTo(MigrationState.FINISHING, null);
        return new PulledRest(took.toMillis(), evidence);
    }

    /** Said when all else has been sent: a guest that does not need those blocks never notices. */
    private static void requireAllReadable(Map<DiskId, Pushed> rests) throws IOException {
        var bad = new ArrayList<String>();
        rests.forEach((disk, rest) -> rest.unreadable()
                .forEach(extent -> bad.add("disk " + disk + ": " + extent.length() + " bytes at " + extent.offset())));
        if (!bad.isEmpty()) {
            throw new IOException("cannot be read at the source, all else has been sent: " + String.join(", ", bad)
                    + "; the guest can do without when it writes there");
        }
    }

    /** Known to the attempt that made the switch; a later one pushes in order, and knows no prediction. */
    private static Optional<DiskReplication> replication(MigrationContext context, DiskId disk) {
        return context.replicated().stream()
                .filter(replication -> replication.copy().disk().equals(disk))
                .findFirst();
    }

    private static PushedBlocks ended(MigrationContext context, DiskId disk, Pushed pushed) {
        Optional<DiskReplication> replication = replication(context, disk);
        replication.ifPresent(known -> known.pulled(pushed.took(), pushed.wireBytes()));
        return new PushedBlocks(
                pushed.bytes(),
                pushed.wireBytes(),
                replication.map(DiskReplication::evidence).orElse(null));
    }

    /**
     * What was pushed.
     *
     * @param bytes of the disk, holes included
     * @param unreadable what was gone past
     */
    private record Pushed(long bytes, long wireBytes, Duration took, List<Extent> unreadable) {
        Pushed and(@Nullable Pushed other) {
            return other == null
                    ? this
                    : new Pushed(bytes + other.bytes, wireBytes + other.wireBytes, took.plus(other.took), unreadable);
        }
    }

    /** Sends what is missing of these extents. */
    private static Pushed push(MigrationContext context, DiskDefinition disk, List<Extent> extents)
            throws IOException, InterruptedException {
        Duration begin = context.ports().clock().elapsed();
        long wireBytes;
        long pushed = 0;
        List<Extent> unreadable;
        try (var frozen = new FrozenDisk(context, disk)) {
            DiskCopy copy = copy(context, disk, frozen);
            var parts = new ReadableParts(copy);
            List<Extent> rest = extents;
            while (!rest.isEmpty()) {
                Missing missing =
                        context.session().missing(disk.id(), rest.getFirst().offset());
                List<Extent> piece = ReadableParts.first(Extents.intersect(missing.extents(), rest), PIECE_BYTES);
                if (piece.isEmpty() && missing.extents().size() < Missing.EXTENTS_MAX) {
                    break;
                }
                List<Extent> allocated = BlockSender.allocated(copy.source(), piece);
                copy.account().beginRound(copy.account().round(), Extents.totalBytes(allocated));
                parts.send(piece, allocated);
                pushed += Extents.totalBytes(piece);
                long done =
                        (piece.isEmpty() ? missing.extents() : piece).getLast().end();
                rest = Extents.subtract(rest, List.of(new Extent(0, done)));
            }
            if (pushed > 0) {
                // A disk that was complete already takes no data, not even a flush.
                copy.target().flush();
            }
            wireBytes = copy.target().wireBytes();
            unreadable = parts.unreadable();
        }
        return new Pushed(pushed, wireBytes, context.ports().clock().elapsed().minus(begin), unreadable);
    }

    private static DiskCopy copy(MigrationContext context, DiskDefinition disk, FrozenDisk frozen)
            throws IOException, InterruptedException {
        CopyAccount account = context.replicated().stream()
                .map(DiskReplication::copy)
                .filter(before -> before.disk().equals(disk.id()))
                .map(DiskCopy::account)
                .findFirst()
                .orElseGet(CopyAccount::new);
        return new DiskCopy(
                disk.id(),
                disk.role(),
                frozen.source(),
                new FrozenChanges(),
                new KeptTarget(context.session().target(disk.id()), context.monitor()),
                new NoNativeMirror(disk.id()),
                account,
                context.ports().clock(),
                new NoWriteMirror(disk.id()));
    }

    /** A target that keeps the lease and reports between two pieces; cancel and deadline count no more. */
    private record KeptTarget(BlockTarget target, MigrationMonitor monitor) implements BlockTarget {
        @Override
        public void write(long offset, ByteBuffer content) throws IOException, InterruptedException {
            target.write(offset, content);
            monitor.keep();
        }

        @Override
        public void zero(long offset, long length) throws IOException, InterruptedException {
            target.zero(offset, length);
            monitor.keep();
        }

        @Override
        public void flush() throws IOException, InterruptedException {
            target.flush();
        }

        @Override
        public void leaveBehind(List<Extent> extents) {
            throw new UnsupportedOperationException("the disk is frozen: nothing of it is old");
        }

        @Override
        public long wireBytes() {
            return target.wireBytes();
        }
    }
}
