package io.drover.scheduler.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.scheduler.quartz.PeriodicJob.OnMisfire;
import io.drover.schema.Database;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.SchemaMigrator;
import io.drover.testbed.postgres.TestPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.SchedulerException;

/** A cluster of two on one database. */
class QuartzClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String PASSWORD = "secret of a test";

    private TestPostgres postgres;
    private Database database;
    private final Queue<Instant> fired = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() {
        postgres = TestPostgres.start();
        postgres.createDatabase("drover");
        var migrator =
                new SchemaMigrator(postgres.jdbcUrl("drover"), postgres.superuser(), postgres.superuserPassword());
        migrator.migrate();
        migrator.provisionScheduler(PASSWORD);
        database = Database.open(
                DatabaseSettings.of(postgres.jdbcUrl("drover"), SchemaMigrator.SCHEDULER_ROLE, PASSWORD, 8));
    }

    @AfterEach
    void stop() {
        database.close();
        postgres.close();
    }

    @Test
    void eachInstantIsFiredOnceWhoeverIsThere() throws SchedulerException {
        try (QuartzCluster first = member("a", job("tick", 200, fired::add));
                QuartzCluster second = member("b", job("tick", 200, fired::add))) {
            first.start();
            second.start();
            await().atMost(LIMIT).until(() -> fired.size() >= 15);
        }
        assertThat(fired).doesNotHaveDuplicates();
        int before = fired.size();

        try (QuartzCluster third = member("c", job("tick", 200, fired::add))) {
            third.start();
            await().atMost(LIMIT).until(() -> fired.size() >= before + 5);
        }
        assertThat(fired).doesNotHaveDuplicates();
    }

    @Test
    void aDefectInOneLookDoesNotStopTheNext() throws SchedulerException {
        var calls = new AtomicInteger();
        PeriodicJob job = job("tick", 200, at -> {
            calls.incrementAndGet();
            throw new IllegalStateException("a defect");
        });
        try (QuartzCluster member = member("a", job)) {
            member.start();
            await().atMost(LIMIT).until(() -> calls.get() >= 3);
        }
    }

    @Test
    void theStoredScheduleFollowsTheConfiguration() throws SchedulerException {
        var slow = new ConcurrentLinkedQueue<Instant>();
        var gone = new ConcurrentLinkedQueue<Instant>();
        try (QuartzCluster old = member("a", job("tick", 3_600_000, slow::add), job("gone", 200, gone::add))) {
            old.start();
            await().atMost(LIMIT).until(() -> gone.size() >= 2);
        }
        int before = gone.size();

        try (QuartzCluster renewed = member("a", job("tick", 200, fired::add))) {
            renewed.start();
            await().atMost(LIMIT).until(() -> fired.size() >= 5);
        }
        assertThat(gone).hasSize(before);
    }

    private QuartzCluster member(String name, PeriodicJob... jobs) throws SchedulerException {
        return QuartzCluster.create(database.dataSource(), name, List.of(jobs));
    }

    private static PeriodicJob job(String name, long periodMillis, PeriodicJob.Work work) {
        return new PeriodicJob(name, Duration.ofMillis(periodMillis), OnMisfire.SKIP, work);
    }
}
