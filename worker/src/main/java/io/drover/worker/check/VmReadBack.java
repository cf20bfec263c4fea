package io.drover.worker.check;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.BackgroundThread;
import io.drover.messages.time.Clock;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.migration.destination.ArrivalChecks.ArrivalCheck;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.replication.comparison.ReadAhead;
import io.drover.worker.replication.comparison.ReadBack;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One VM's disks being read back by a thread of their own. */
final class VmReadBack implements ArrivalCheck {
    private static final Logger LOG = LoggerFactory.getLogger(VmReadBack.class);
    /** Below the peer protocol's limit for slow calls, so that the source hears why and not only nothing. */
    private static final Duration READ_LIMIT = Duration.ofSeconds(150);

    /** A read of a busy disk, which nothing breaks off. */
    private static final Duration END_LIMIT = Duration.ofSeconds(30);

    private final IncomingVm vm;
    private final Clock clock;
    private final ReadAhead ahead = ReadAhead.standard();
    private final Map<DiskId, Disk> disks = new LinkedHashMap<>();
    private @Nullable BackgroundThread reading;

    /** A disk, and what was read of it. */
    private record Disk(ImageReader reader, ReadBack readBack) {}

    /** Closes the VM at the end. */
    VmReadBack(IncomingVm vm, Clock clock) {
        this.vm = vm;
        this.clock = clock;
    }

    /** Takes the reader over; to be called before {@link #start}. */
    void add(DiskId disk, ImageReader reader, DiskChanges changes) {
        disks.put(disk, new Disk(reader, new ReadBack(new ReaderRegion(reader), changes, clock, ahead)));
    }

    void start(MigrationId migration) {
        reading = BackgroundThread.platform("read-back-" + migration, this::readAll)
                .start();
    }

    private void readAll() {
        try {
            for (Disk disk : disks.values()) {
                disk.readBack().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException | Error e) {
            // The top of the thread; whoever compares is told.
            LOG.warn("reading back: {}", e.toString());
        }
    }

    @Override
    public RegionComparison compare(DiskId disk, RegionDigests source) throws IOException, InterruptedException {
        Disk known = disks.get(disk);
        if (known == null) {
            throw new IllegalArgumentException("disk: the VM has no disk " + disk);
        }
        return known.readBack().compare(source, READ_LIMIT);
    }

    @Override
    public void end() {
        BackgroundThread begun = reading;
        if (begun != null) {
            begun.close(END_LIMIT);
        }
        vm.close();
        for (Disk disk : disks.values()) {
            try {
                disk.reader().close();
            } catch (IOException e) {
                LOG.warn("closing an image that was read back: {}", FileProblem.told(e));
            }
        }
    }
}
