package io.drover.schema.support;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.worker.WorkerIdentity;
import io.drover.schema.worker.WorkerStore.HostFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows for tests; every name is new, so that tests can share a database. */
public final class Samples {
    public static final long VM_MEMORY_BYTES = 256L << 20;
    public static final HostFacts FACTS = facts(null);

    public static final WorkerIdentity IDENTITY =
            new WorkerIdentity("machine", "boot", "/var/lib/drover (inode 7)", "127.0.0.11:7000");

    private Samples() {}

    /** Of a worker whose broker is in this trouble; null: in none. */
    public static HostFacts facts(@Nullable String brokerTrouble) {
        return new HostFacts(
                "127.0.0.11:7000",
                "QEMU 7.2.22",
                2,
                1L << 30,
                10L << 30,
                8L << 30,
                125_000_000,
                brokerTrouble,
                "0.1.0 (commit 2d7a953)");
    }

    public static HostId host(String prefix) {
        return new HostId(prefix + "-" + suffix());
    }

    public static VmDefinition definition() {
        String name = "vm-" + suffix();
        return definition(
                name,
                new DiskDefinition(new DiskId("data"), DiskRole.DATA, name + "-data.raw"),
                new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, name + "-swap.raw"));
    }

    public static VmDefinition definition(DiskDefinition... disks) {
        return definition("vm-" + suffix(), disks);
    }

    public static VmDefinition definition(String name, DiskDefinition... disks) {
        return new VmDefinition(
                new VmId(UUID.randomUUID()),
                name,
                1,
                VM_MEMORY_BYTES,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                null,
                List.of(disks));
    }

    /** A data disk that stands on this base. */
    public static DiskDefinition diskOver(String base) {
        return new DiskDefinition(
                new DiskId("data"),
                DiskRole.DATA,
                UUID.randomUUID() + ".qcow2",
                ImageFormat.QCOW2,
                new BackingImage(new ImageName(base), null));
    }

    public static MigrationTask task(VmId vm, HostId source, HostId destination) {
        return new MigrationTask(
                new MigrationId(UUID.randomUUID()),
                vm,
                source,
                destination,
                "pre-copy",
                Map.of(new DiskId("swap"), "stop-and-copy"),
                Instant.parse("2099-11-22T18:30:00.123456Z"),
                "a test",
                null,
                List.of(new ImageName("debian-12.raw")),
                null);
    }

    /** A report of one VM that has {@code allocatedBytes} on disk. */
    public static HostReport report(HostId host, Instant at, VmId vm, long allocatedBytes, long imagesFreeBytes) {
        return new HostReport(
                host,
                at,
                5,
                new HostReport.HostCapacity(2, 1L << 30, 10L << 30, 125_000_000),
                new HostReport.HostLoad(0.5, VM_MEMORY_BYTES, 1000, 2000, imagesFreeBytes),
                List.of(new HostReport.VmLoad(
                        vm, 0.5, VM_MEMORY_BYTES, 1000, 2000, 10, 20, allocatedBytes, allocatedBytes / 4)));
    }

    private static String suffix() {
        return UUID.randomUUID().toString().substring(0, 8);
    }
}
