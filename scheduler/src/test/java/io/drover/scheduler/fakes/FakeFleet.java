package io.drover.scheduler.fakes;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.schema.memory.MemoryDatabase;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.worker.WorkerStore.HostFacts;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Three hosts of 1.5 cores; web-1 and web-2 on h1, db on h3. */
public final class FakeFleet {
    public static final HostId H1 = new HostId("h1");
    public static final HostId H2 = new HostId("h2");
    public static final HostId H3 = new HostId("h3");
    public static final VmId WEB_1 = new VmId(new UUID(0, 1));
    public static final VmId WEB_2 = new VmId(new UUID(0, 2));
    public static final VmId DB = new VmId(new UUID(0, 3));
    private static final long MIB = 1L << 20;
    private static final double CORES = 1.5;

    private FakeFleet() {}

    /** With their workers registered. */
    public static MemoryDatabase database(Clock clock) {
        var database = new MemoryDatabase(clock::now);
        List.of(H1, H2, H3).forEach(host -> register(database, host));
        put(database, WEB_1, "web-1", H1);
        put(database, WEB_2, "web-2", H1);
        put(database, DB, "db", H3);
        return database;
    }

    public static void register(MemoryDatabase database, HostId host) {
        MemoryStores.worker(database, host)
                .registerHost(new HostFacts(
                        "127.0.0.1:7000", "QEMU 7.2.22", CORES, 4096 * MIB, 100_000 * MIB, 50_000 * MIB, 125_000_000));
    }

    /** A migration as it stands, whatever came before. */
    public static void put(
            MemoryDatabase database,
            MigrationTask task,
            MigrationState state,
            Instant createdAt,
            @Nullable Instant endedAt) {
        var row = new MigrationRow(task, 1, createdAt);
        row.state = state;
        row.endedAt = endedAt;
        database.migrations().put(task.id(), row);
    }

    public static VmDefinition definition(VmId id, String name) {
        return new VmDefinition(
                id,
                name,
                1,
                256 * MIB,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                null,
                List.of(
                        new DiskDefinition(new DiskId("data"), DiskRole.DATA, name + "-data.img"),
                        new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, name + "-swap.img")));
    }

    private static void put(MemoryDatabase database, VmId id, String name, HostId owner) {
        var row = new VmRow(definition(id, name), owner);
        row.power = VmRecord.Power.RUNNING;
        row.wanted = VmRecord.Power.RUNNING;
        database.vms().put(id, row);
    }

    /** h1 carries web-1 and web-2, h3 carries db; each sample covers five seconds. */
    public static List<HostReport> reports(Instant at, double web1, double web2, double db) {
        return List.of(
                report(H1, at, web1 + web2, List.of(load(WEB_1, web1, 2048 * MIB), load(WEB_2, web2, 800 * MIB))),
                report(H2, at, 0.1, List.of()),
                report(H3, at, db, List.of(load(DB, db, 4096 * MIB))));
    }

    public static HostReport report(HostId host, Instant at, double cpuCores, List<VmLoad> vms) {
        return new HostReport(
                host,
                at,
                5,
                new HostCapacity(CORES, 4096 * MIB, 100_000 * MIB, 125_000_000),
                new HostLoad(cpuCores, 256 * MIB * vms.size(), 0, 0, 50_000 * MIB),
                vms);
    }

    public static VmLoad load(VmId vm, double cpuCores, long diskBytes) {
        return new VmLoad(vm, cpuCores, 250 * MIB, 0, 0, 0, 0, diskBytes, 64 * MIB);
    }

    /** The last {@code count} periods of five seconds before {@code now}. */
    public static void overload(SchedulerStore store, Instant now, int count) {
        for (int i = count; i > 0; i--) {
            reports(now.minusSeconds(5L * i - 4), 0.7, 0.7, 0.9).forEach(store::storeReport);
        }
    }
}
