package io.drover.worker.peer.session;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A destination that notes what it is asked and answers something recognizable. */
public final class TestDestination implements Destination, DestinationDirectory {
    public static final MigrationId MIGRATION = new MigrationId(new UUID(7, 7));
    public static final HostId SOURCE = new HostId("h1");
    public static final HostId HOST = new HostId("h2");
    public static final String TOKEN = "only-the-two-hosts-know-this";
    public final List<Object> seen = Collections.synchronizedList(new ArrayList<>());
    final Map<DiskId, TargetImage> images = new ConcurrentHashMap<>();
    public volatile @Nullable String memorySocket;
    final CountDownLatch settle = new CountDownLatch(1);

    /** Where hosts have announced that they listen. */
    public final Map<HostId, String> announced = new ConcurrentHashMap<>();

    @Override
    public Optional<String> announced(HostId host) {
        return Optional.ofNullable(announced.get(host));
    }

    @Override
    public Expected expected(MigrationId migration) throws IOException {
        if (!migration.equals(MIGRATION)) {
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, "unknown"));
        }
        return new Expected(SOURCE, TOKEN);
    }

    @Override
    public Destination destination(MigrationId migration) {
        return this;
    }

    @Override
    public TargetImage image(MigrationId migration, DiskId disk) throws IOException {
        TargetImage image = images.get(disk);
        if (image == null) {
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, "no disk " + disk));
        }
        return image;
    }

    @Override
    public String memorySocket(MigrationId migration) throws IOException {
        if (memorySocket == null) {
            throw new PeerRefusedException(new Failure(Failure.Kind.REJECTED, "no VM waits"));
        }
        return memorySocket;
    }

    @Override
    public long takeBase(BasePart part) {
        byte[] content = new byte[part.content().remaining()];
        part.content().get(content);
        seen.add(part.image() + " " + part.sha256() + " " + part.offset() + " " + content.length);
        return part.offset() + content.length;
    }

    @Override
    public Prepared prepare(PrepareRequest request) {
        seen.add(request);
        return new Prepared(Map.of(new DiskId("data"), "nbd:127.0.0.12:42000:data"));
    }

    @Override
    public boolean awaitComplete(Duration limit) {
        seen.add(limit);
        return limit.compareTo(Duration.ofSeconds(1)) >= 0;
    }

    @Override
    public void run() throws IOException {
        throw new IOException("PostgreSQL does not answer");
    }

    @Override
    public Observation observe() {
        return new Observation(true);
    }

    @Override
    public RegionComparison compare(DiskId disk, RegionDigests source) {
        ByteBuffer digests = source.digests();
        seen.add(digests == null ? "zeros" : digests.duplicate().limit(2).remaining() + " of " + digests.remaining());
        return new RegionComparison(source.offset(), 1024, 1000, 24, List.of(4096L), "ab", "cd");
    }

    @Override
    public void leaveBehind(DiskId disk, List<Extent> extents) {
        seen.add(extents);
    }

    @Override
    public Missing missing(DiskId disk, long offset) {
        return new Missing(List.of(new Extent(offset, 4096), new Extent(offset + 8192, 512)), 123_456);
    }

    @Override
    public boolean completePull() {
        return true;
    }

    /** Takes its time. */
    @Override
    public void settle() throws InterruptedException {
        settle.await();
    }

    @Override
    public void beginSwitchover() {
        seen.add("begin switchover");
    }

    @Override
    public void abort() throws IOException {
        if (seen.isEmpty()) {
            throw new IllegalStateException("a defect");
        }
        throw new PeerRefusedException(new Failure(Failure.Kind.HOST, "too late: this side owns the VM"));
    }
}
