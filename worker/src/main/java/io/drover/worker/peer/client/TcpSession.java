package io.drover.worker.peer.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.DiskId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.BackgroundLoop;
import io.drover.messages.time.Clock;
import io.drover.worker.image.BasePart;
import io.drover.worker.peer.LinkLimiter;
import io.drover.worker.peer.PeerSession;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.peer.channel.FrameConnection;
import io.drover.worker.peer.channel.PeerTimes;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.BlockTarget;
import io.drover.worker.replication.ContentOffers;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A session over one control connection and some for data. */
final class TcpSession implements PeerSession {
    private static final Duration WATCH_EVERY = Duration.ofMillis(250);

    private final ClientLink control;
    private final List<ClientLink> data;
    private final List<ClientLink> bulk;
    private final ClientLink urgent;
    private final AtomicBoolean answering = new AtomicBoolean();
    private final SessionFailure breakage;
    private final PeerTimes times;
    private final LinkLimiter limiter;
    private final Clock clock;
    private final RateMeter rate;
    private final Map<DiskId, RemoteDisk> disks = new ConcurrentHashMap<>();

    @GuardedBy("indexes")
    private final Map<DiskId, PeerCall.OpenedDisk> indexes = new HashMap<>();

    private final MemoryConnection memory;
    private volatile @Nullable MemoryRelay relay;

    /** Makes a connection for memory. */
    @FunctionalInterface
    interface MemoryConnection {
        FrameConnection open() throws IOException, InterruptedException;
    }

    /**
     * A session's connections.
     *
     * @param data at least two; the last is for what a guest waits for
     */
    record Links(ClientLink control, List<ClientLink> data, MemoryConnection memory) {
        Links {
            data = List.copyOf(data);
        }
    }

    TcpSession(Links links, SessionFailure breakage, PeerTimes times, LinkLimiter limiter, Clock clock) {
        this.control = links.control();
        this.data = links.data();
        this.bulk = List.copyOf(data.subList(0, data.size() - 1));
        this.urgent = data.getLast();
        this.memory = links.memory();
        this.breakage = breakage;
        this.times = times;
        this.limiter = limiter;
        this.clock = clock;
        this.rate = new RateMeter(clock);
    }

    void start() {
        keepUp("peer-ping", times.pingEvery(), this::ping);
        keepUp("peer-watch", WATCH_EVERY, this::watch);
    }

    @Override
    public long takeBase(BasePart part) throws IOException, InterruptedException {
        var call = new PeerCall.TakeBase(part.image(), part.size(), part.sha256(), part.offset());
        return control.call(call, part.content(), times.slowCall()).bytes();
    }

    @Override
    public Prepared prepare(PrepareRequest request) throws IOException, InterruptedException {
        return call(new PeerCall.Prepare(request), times.slowCall());
    }

    @Override
    public boolean awaitComplete(Duration limit) throws IOException, InterruptedException {
        return call(new PeerCall.AwaitComplete(limit), limit.plus(times.quickCall()))
                .complete();
    }

    @Override
    public void run() throws IOException, InterruptedException {
        var _ = call(new PeerCall.Run(), times.slowCall());
    }

    @Override
    public Observation observe() throws IOException, InterruptedException {
        return call(new PeerCall.Observe(), times.quickCall());
    }

    @Override
    public RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
        return beginCompare(disk, source).await();
    }

    @Override
    public Comparing beginCompare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
        ByteBuffer digests = source.digests();
        var call = new PeerCall.Compare(disk, source.offset(), source.length(), digests == null);
        ClientLink.Asked<RegionComparison> asked = control.ask(call, digests == null ? Frame.NOTHING : digests);
        return () -> asked.await(times.slowCall());
    }

    @Override
    public void leaveBehind(DiskId disk, List<Extent> extents) throws IOException, InterruptedException {
        for (int from = 0; from < extents.size(); from += Missing.EXTENTS_MAX) {
            int to = Math.min(from + Missing.EXTENTS_MAX, extents.size());
            var _ = call(new PeerCall.LeaveBehind(disk, CallCodec.flat(extents.subList(from, to))), times.quickCall());
        }
    }

    @Override
    public Missing missing(DiskId disk, long offset) throws IOException, InterruptedException {
        PeerCall.Lacking lacking = call(new PeerCall.Missing(disk, offset), times.quickCall());
        return new Missing(CallCodec.extents(lacking.extents()), lacking.bytes());
    }

    @Override
    public boolean completePull() throws IOException, InterruptedException {
        return call(new PeerCall.CompletePull(), times.slowCall()).complete();
    }

    @Override
    public void beginSwitchover() throws IOException, InterruptedException {
        var _ = call(new PeerCall.BeginSwitchover(), times.quickCall());
    }

    @Override
    public void settle() throws IOException, InterruptedException {
        var _ = call(new PeerCall.Settle(), times.quickCall());
    }

    @Override
    public void abort() throws IOException, InterruptedException {
        var _ = call(new PeerCall.Abort(), times.slowCall());
    }

    @Override
    public BlockTarget target(DiskId disk) {
        return disks.computeIfAbsent(disk, id -> remote(id, bulk));
    }

    private RemoteDisk remote(DiskId disk, List<ClientLink> links) {
        return new RemoteDisk(
                links, () -> opened(disk).index(), limiter, rate, times.flush(), extents -> leaveBehind(disk, extents));
    }

    @Override
    public void answerFetches(Map<DiskId, BlockSource> sources) throws IOException, InterruptedException {
        if (!answering.compareAndSet(false, true)) {
            return;
        }
        var answers = new HashMap<Integer, FetchAnswers.Disk>();
        for (var source : sources.entrySet()) {
            DiskId disk = source.getKey();
            answers.put(opened(disk).index(), new FetchAnswers.Disk(source.getValue(), remote(disk, List.of(urgent))));
        }
        var fetches = new FetchAnswers(control, answers);
        Thread thread = Thread.ofVirtual().name("peer-fetch").start(() -> fetches.run(breakage));
        breakage.onBreak(thread::interrupt);
    }

    @Override
    public void carryMemory(String socket) throws IOException, InterruptedException {
        breakage.check();
        relay = MemoryRelay.start(Path.of(socket), memory.open(), limiter, breakage, clock);
    }

    @Override
    public double bytesPerSecond() {
        return rate.bytesPerSecond();
    }

    @Override
    public void close() {
        breakage.fail(new IOException("the session was closed"));
    }

    @Override
    public Optional<ContentOffers> contentOffers(DiskId disk) throws IOException, InterruptedException {
        return opened(disk).known()
                ? Optional.of(new SessionOffers(disk, control, breakage, times.slowCall()))
                : Optional.empty();
    }

    private PeerCall.OpenedDisk opened(DiskId disk) throws IOException, InterruptedException {
        synchronized (indexes) {
            PeerCall.OpenedDisk known = indexes.get(disk);
            if (known == null) {
                known = call(new PeerCall.OpenDisk(disk), times.quickCall());
                indexes.put(disk, known);
            }
            return known;
        }
    }

    private <R> R call(PeerCall<R> call, Duration limit) throws IOException, InterruptedException {
        return control.call(call, Frame.NOTHING, limit);
    }

    private void ping() throws IOException, InterruptedException {
        control.ping(clock.elapsed().toMillis());
    }

    private void watch() {
        Optional<String> complaint = control.complaint(times, true);
        for (ClientLink link : data) {
            complaint = complaint.or(() -> link.complaint(times, false));
        }
        MemoryRelay carrier = relay;
        if (carrier != null && carrier.stalled().compareTo(times.stall()) > 0) {
            complaint = Optional.of(
                    "the peer has taken no memory for " + times.stall().toMillis() + " ms");
        }
        complaint.ifPresent(text -> breakage.fail(new IOException(text)));
    }

    /** Does something again and again until the session is over; a failure, whatever it is, ends the session. */
    private void keepUp(String name, Duration every, Chore chore) {
        BackgroundLoop loop = BackgroundLoop.paced(name, clock, () -> {
            try {
                chore.run();
            } catch (IOException | RuntimeException | Error e) { // the session's thread
                breakage.fail(new IOException(name + ": " + FileProblem.told(e), e));
            }
            return every;
        });
        breakage.onBreak(loop.start()::interrupt);
    }

    @FunctionalInterface
    private interface Chore {
        void run() throws IOException, InterruptedException;
    }
}
