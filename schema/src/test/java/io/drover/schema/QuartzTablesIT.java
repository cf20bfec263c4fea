package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.schema.sql.Query;
import io.drover.schema.support.PostgresExtension;
import io.drover.schema.support.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz 2.5.2, clustered, works on its tables with the scheduler's login. */
@ExtendWith(PostgresExtension.class)
class QuartzTablesIT {
    private final TestDatabase database;

    QuartzTablesIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void aClusteredSchedulerRunsAJobOnce() throws Exception {
        DBConnectionManager.getInstance()
                .addConnectionProvider("drover-test", new Connections(database.schedulerDatabase()));
        Scheduler quartz = new StdSchedulerFactory(properties()).getScheduler();
        var ran = new CountDownLatch(1);
        try {
            quartz.getContext().put("ran", ran);
            quartz.start();
            quartz.scheduleJob(
                    JobBuilder.newJob(CountJob.class)
                            .withIdentity("count")
                            .storeDurably()
                            .build(),
                    TriggerBuilder.newTrigger().withIdentity("now").startNow().build());
            assertThat(ran.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(rows("job_details")).isEqualTo(1);
            // Clustered: it says that it lives.
            assertThat(rows("scheduler_state")).isEqualTo(1);
        } finally {
            quartz.shutdown(true);
        }
    }

    private long rows(String table) throws SQLException {
        try (Connection scheduler = database.login(SchemaMigrator.SCHEDULER_ROLE)) {
            return Query.of(scheduler, "SELECT count(*) AS rows FROM drover_quartz.qrtz_" + table)
                    .single(row -> row.whole("rows"));
        }
    }

    private static Properties properties() {
        var properties = new Properties();
        properties.setProperty("org.quartz.scheduler.instanceName", "drover");
        properties.setProperty("org.quartz.scheduler.instanceId", "AUTO");
        properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
        properties.setProperty("org.quartz.threadPool.threadCount", "1");
        properties.setProperty("org.quartz.jobStore.class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
        properties.setProperty(
                "org.quartz.jobStore.driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
        properties.setProperty("org.quartz.jobStore.isClustered", "true");
        properties.setProperty("org.quartz.jobStore.useProperties", "true");
        properties.setProperty("org.quartz.jobStore.tablePrefix", SchemaMigrator.QUARTZ_TABLE_PREFIX);
        properties.setProperty("org.quartz.jobStore.dataSource", "drover-test");
        return properties;
    }

    /** Made by Quartz. */
    public static final class CountJob implements Job {
        @Override
        public void execute(JobExecutionContext context) {
            try {
                if (context.getScheduler().getContext().get("ran") instanceof CountDownLatch ran) {
                    ran.countDown();
                }
            } catch (SchedulerException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private record Connections(Database database) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return database.dataSource().getConnection();
        }

        @Override
        public void shutdown() {
            // The database is closed by its owner.
        }

        @Override
        public void initialize() {
            // It is open.
        }
    }
}
