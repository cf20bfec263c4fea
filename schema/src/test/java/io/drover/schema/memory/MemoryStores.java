package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.schema.contract.Stores;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.TelemetryHistory;
import io.drover.schema.support.Samples;
import io.drover.schema.worker.WorkerStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Stores over one database in memory, and over real time as PostgreSQL keeps it. */
public final class MemoryStores implements Stores {
    private final MemoryDatabase database = new MemoryDatabase(this::later);
    private Instant last = Instant.EPOCH;
    private Duration ahead = Duration.ZERO;

    /** No two moments are the same one. */
    private Instant later() {
        Instant now = Instant.now().plus(ahead).truncatedTo(ChronoUnit.MICROS);
        last = now.isAfter(last) ? now : last.plus(1, ChronoUnit.MICROS);
        return last;
    }

    /** Lets time pass. */
    public void advance(Duration time) {
        ahead = ahead.plus(time);
    }

    /** A worker's process, whose session is not opened. */
    public WorkerStore process(HostId host) {
        return new MemoryWorkerStore(database, host, UUID.randomUUID());
    }

    /** With a rule left out. */
    public MemoryStores without(Rule rule) {
        database.leaveOut(rule);
        return this;
    }

    @Override
    public SchedulerStore scheduler() {
        return new MemorySchedulerStore(database);
    }

    @Override
    public WorkerStore worker(HostId host) {
        return worker(database, host);
    }

    /** In a session that is opened; the same for the same host. */
    public static WorkerStore worker(MemoryDatabase database, HostId host) {
        UUID session = UUID.nameUUIDFromBytes(host.value().getBytes(StandardCharsets.UTF_8));
        var worker = new MemoryWorkerStore(database, host, session);
        worker.openSession(Samples.IDENTITY);
        return worker;
    }

    /** What was rolled up of the reports. */
    public TelemetryHistory history() {
        return new MemoryTelemetryHistory(database);
    }
}
