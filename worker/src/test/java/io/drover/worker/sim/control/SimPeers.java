package io.drover.worker.sim.control;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.DestinationDirectory.Expected;
import io.drover.worker.peer.LinkBrokenException;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.Peers;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimImage;
import io.drover.worker.sim.host.SimPulledDisks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sessions between workers. A call runs in a thread of the other worker, which goes on when the caller is long gone.
 */
final class SimPeers implements Peers {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(15);
    private final SimFleet fleet;
    private final SimHost here;
    private final Parts parts;

    SimPeers(SimFleet fleet, SimHost here, Parts parts) {
        this.fleet = fleet;
        this.here = here;
        this.parts = parts;
    }

    @Override
    public PeerSession open(String address, HostId host, MigrationId migration, String token) throws IOException {
        fleet.world().step();
        SimHost there = fleet.host(new HostId(address));
        if (!there.workerUp() || !fleet.network().linked(here.id(), there.id())) {
            fleet.world().pause(fleet.world().millis(1, 800));
            throw new LinkBrokenException("connection refused");
        }
        var session = new Session(there, migration);
        var expected = session.call(() -> there.directory().expected(migration));
        if (!expected.equals(new Expected(here.id(), token)) || !there.id().equals(host)) {
            throw new IOException("wrong host or token");
        }
        return session;
    }

    /** What the other side does. */
    @FunctionalInterface
    private interface Call<T> {
        T run() throws IOException, InterruptedException;
    }

    /** One answer on its way. */
    private static final class Answer<T> {
        private @Nullable T value;
        private @Nullable Exception failure;
        private boolean there;
    }

    private final class Session implements PeerSession {
        private final SimHost there;
        private final MigrationId migration;
        private final BooleanSupplier serverLives;
        private final int generation;
        private final Map<DiskId, Target> targets = new HashMap<>();
        private Map<DiskId, BlockSource> frozen = Map.of();
        private boolean broken;

        Session(SimHost there, MigrationId migration) {
            this.there = there;
            this.migration = migration;
            this.serverLives = there.thisLife();
            this.generation = fleet.network().generation(here.id(), there.id());
        }

        private boolean whole() {
            return !broken
                    && serverLives.getAsBoolean()
                    && fleet.network().linked(here.id(), there.id())
                    && fleet.network().generation(here.id(), there.id()) == generation;
        }

        <T> T call(Call<T> body) throws IOException {
            fleet.world().step();
            refuseBroken();
            var answer = new Answer<T>();
            fleet.world().spawn(serverLives, () -> serve(body, answer));
            boolean done = fleet.world().await(() -> answer.there || !whole(), CALL_LIMIT);
            if (!done || !answer.there || fleet.world().chance(fleet.faults().answerLost())) {
                end();
                throw new LinkBrokenException("no answer from " + there);
            }
            return take(answer);
        }

        private static <T> void serve(Call<T> body, Answer<T> answer) {
            try {
                answer.value = body.run();
            } catch (IOException | InterruptedException | RuntimeException e) {
                answer.failure = e;
            } catch (InternalError e) {
                answer.failure = new IllegalStateException(e);
            }
            answer.there = true;
        }

        private <T> T take(Answer<T> answer) throws IOException {
            if (answer.failure instanceof IOException e) {
                throw e;
            }
            T value = answer.value;
            if (answer.failure != null || value == null) {
                throw new IOException("internal error of the peer: " + answer.failure, answer.failure);
            }
            return value;
        }

        private void refuseBroken() throws IOException {
            if (!whole()) {
                throw new LinkBrokenException("the session with " + there + " is broken");
            }
        }

        private Destination destination() throws IOException, InterruptedException {
            return directory().destination(migration);
        }

        private DestinationDirectory directory() {
            return there.directory();
        }

        @Override
        public BlockTarget target(DiskId disk) {
            return targets.computeIfAbsent(disk, id -> new Target(this, id));
        }

        @Override
        public void carryMemory(String socket) throws IOException {
            BooleanSupplier sourceLives = here.thisLife();
            fleet.carry(
                    socket,
                    call(() -> directory().memorySocket(migration)),
                    () -> whole() && sourceLives.getAsBoolean());
        }

        @Override
        public double bytesPerSecond() {
            return 0;
        }

        @Override
        public long takeBase(BasePart part) throws IOException {
            return call(() -> destination().takeBase(part));
        }

        @Override
        public Prepared prepare(PrepareRequest request) throws IOException {
            return call(() -> destination().prepare(parts.said(request)));
        }

        @Override
        public boolean awaitComplete(Duration limit) throws IOException {
            return call(() -> destination().awaitComplete(limit));
        }

        @Override
        public void run() throws IOException {
            call(() -> {
                destination().run();
                return true;
            });
        }

        @Override
        public Observation observe() throws IOException {
            return call(() -> destination().observe());
        }

        @Override
        public RegionComparison compare(DiskId disk, RegionDigests source) throws IOException {
            return call(() -> destination().compare(disk, source));
        }

        @Override
        public void answerFetches(Map<DiskId, BlockSource> disks) throws IOException {
            if (frozen.isEmpty()) {
                frozen = Map.copyOf(disks);
                for (DiskId disk : disks.keySet()) {
                    call(() -> {
                        fetchBy(disk, directory().image(migration, disk));
                        return true;
                    });
                }
            }
        }

        /** A disk at the destination asks this session for what its guest waits for. */
        private void fetchBy(DiskId disk, TargetImage image) {
            if (image instanceof SimPulledDisks.Pulled pulled) {
                BooleanSupplier sourceLives = here.thisLife();
                pulled.fetchBy(block -> fleet.world().later(fleet.world().millis(0, 30), () -> {
                    if (whole()) {
                        fleet.world().spawn(sourceLives, () -> answer(disk, block));
                    }
                }));
            }
        }

        private void answer(DiskId disk, int block) {
            try {
                BlockSource source = frozen.get(disk);
                if (source != null) {
                    long at = (long) block * SimImage.BLOCK;
                    var extent = new Extent(at, Math.min(SimImage.BLOCK, source.size() - at));
                    source.read(List.of(extent), SimImage.BLOCK, target(disk)::write);
                }
            } catch (IOException | InterruptedException | InternalError e) {
                end();
            }
        }

        @Override
        public void leaveBehind(DiskId disk, List<Extent> extents) throws IOException {
            call(() -> {
                destination().leaveBehind(disk, extents);
                return true;
            });
        }

        @Override
        public Missing missing(DiskId disk, long offset) throws IOException {
            return call(() -> destination().missing(disk, offset));
        }

        @Override
        public boolean completePull() throws IOException {
            return call(() -> destination().completePull());
        }

        @Override
        public void beginSwitchover() throws IOException {
            call(() -> {
                destination().beginSwitchover();
                return true;
            });
        }

        @Override
        public void settle() throws IOException {
            call(() -> {
                destination().settle();
                return true;
            });
        }

        @Override
        public void abort() throws IOException {
            call(() -> {
                destination().abort();
                return true;
            });
        }

        @Override
        public void close() {
            end();
        }

        private void end() {
            broken = true;
            fleet.connectionsBroke();
        }
    }

    /** Sent in order and not waited for: what is on its way arrives even when the sender has died meanwhile. */
    private final class Target implements BlockTarget {
        private final Session session;
        private final DiskId disk;
        private @Nullable TargetImage image;
        private Duration lastArrival = Duration.ZERO;
        private int underWay;

        Target(Session session, DiskId disk) {
            this.session = session;
            this.disk = disk;
        }

        @Override
        public void write(long offset, ByteBuffer content) throws IOException {
            ByteBuffer copy = ByteBuffer.allocate(content.remaining())
                    .put(content.duplicate())
                    .flip();
            send(open -> open.write(offset, copy));
        }

        @Override
        public void zero(long offset, long length) throws IOException {
            send(open -> open.zero(offset, length));
        }

        private void send(Effect effect) throws IOException {
            fleet.world().step();
            session.refuseBroken();
            underWay++;
            Duration now = fleet.world().now();
            Duration arrival = now.plus(fleet.world().millis(0, 30));
            lastArrival = arrival.compareTo(lastArrival) > 0 ? arrival : lastArrival.plusNanos(1);
            fleet.world().later(lastArrival.minus(now), () -> arrive(effect));
        }

        private void arrive(Effect effect) {
            underWay--;
            if (!session.serverLives.getAsBoolean() || !fleet.network().linked(here.id(), session.there.id())) {
                return;
            }
            try {
                // Looked up once a session, so that what an old session sent never reaches a newer attempt's image.
                TargetImage open = image;
                if (open == null) {
                    open = session.directory().image(session.migration, disk);
                    image = open;
                }
                effect.on(open);
            } catch (IOException | InterruptedException e) {
                session.end();
            }
        }

        @Override
        public void flush() throws IOException {
            boolean arrived = fleet.world().await(() -> underWay == 0 || !session.whole(), CALL_LIMIT);
            session.refuseBroken();
            if (!arrived) {
                throw new IOException("not flushed in time");
            }
            session.call(() -> {
                TargetImage open = image;
                if (open == null) {
                    open = session.directory().image(session.migration, disk);
                    image = open;
                }
                open.sync();
                return true;
            });
        }

        @Override
        public void leaveBehind(List<Extent> extents) throws IOException {
            session.leaveBehind(disk, extents);
        }

        @Override
        public long wireBytes() {
            return 0;
        }
    }

    /** What a frame does at the other end. */
    @FunctionalInterface
    private interface Effect {
        void on(TargetImage image) throws IOException;
    }
}
