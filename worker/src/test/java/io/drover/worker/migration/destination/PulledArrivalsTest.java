package io.drover.worker.migration.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import io.drover.worker.pull.LocalPulledDisks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that is open here locks its VM out, so nothing may open one that is not needed any more. */
final class PulledArrivalsTest {
    private static final MigrationId MIGRATION = new MigrationId(new UUID(0, 1));
    private static final DiskId DISK = new DiskId("data");
    private static final int SIZE = 128 << 10;

    @TempDir
    private Path folder;

    private PulledArrivals arrivals;
    private Kept kept;

    @BeforeEach
    void create() throws IOException {
        Path run = Files.createDirectories(folder.resolve("run"));
        var images = TestImageStores.of(Files.createDirectories(folder.resolve("images")), run);
        arrivals = new PulledArrivals(new LocalPulledDisks(images), MIGRATION);
        var disk = new KeptDisk(DISK, "data.raw", SIZE, false, true, null, null);
        var vm = new VmDefinition(
                new VmId(new UUID(0, 2)),
                "web",
                1,
                64L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(disk()));
        kept = new Kept(MIGRATION, 1, vm, List.of(disk), false);
        arrivals.create(kept);
    }

    private static DiskDefinition disk() {
        return new DiskDefinition(DISK, DiskRole.DATA, "data.raw");
    }

    @Test
    void aCompleteDiskIsNotOpenedAgain() throws Exception {
        arrivals.begin(kept);
        arrivals.image(kept, DISK).orElseThrow().write(0, ByteBuffer.allocate(SIZE));
        assertThat(arrivals.complete(Optional.empty(), kept)).isTrue();
        assertThat(arrivals.find(kept, DISK)).isEmpty();
        assertThat(arrivals.image(kept, DISK)).isEmpty();
    }

    @Test
    void aCallThatOutlivesTheWorkerOpensNothing() throws Exception {
        arrivals.begin(kept);
        arrivals.end();
        assertThatThrownBy(() -> arrivals.find(kept, DISK)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> arrivals.image(kept, DISK)).isInstanceOf(IOException.class);
    }

    @Test
    void theNextWorkerGoesOnWithIt() throws Exception {
        arrivals.begin(kept);
        arrivals.end();
        var next = new PulledArrivals(
                new LocalPulledDisks(TestImageStores.of(folder.resolve("images"), folder.resolve("run"))), MIGRATION);
        assertThat(next.find(kept, DISK).orElseThrow().missingBytes()).isEqualTo(SIZE);
        next.end();
    }
}
