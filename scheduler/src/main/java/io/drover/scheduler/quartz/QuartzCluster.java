package io.drover.scheduler.quartz;

import io.drover.schema.SchemaMigrator;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobKey;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.SimpleTrigger;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.core.QuartzScheduler;
import org.quartz.core.QuartzSchedulerResources;
import org.quartz.impl.DefaultThreadExecutor;
import org.quartz.impl.StdJobRunShellFactory;
import org.quartz.impl.StdScheduler;
import org.quartz.impl.jdbcjobstore.InvalidConfigurationException;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.simpl.CascadingClassLoadHelper;
import org.quartz.simpl.SimpleThreadPool;
import org.quartz.spi.ThreadPool;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/**
 * Quartz 2.5.2 with its tables in PostgreSQL, one member of a cluster. Put together by hand: its own factories keep
 * every scheduler in a static map by name, and members of a cluster share their name.
 */
public final class QuartzCluster implements AutoCloseable {
    private static final String CLUSTER = "drover";
    private static final String GROUP = "drover";
    /** Jobs take milliseconds; two threads keep a slow one from holding the others up. */
    private static final int THREADS = 2;
    /** How often Quartz looks for triggers when it knows of none. */
    private static final Duration IDLE_WAIT = Duration.ofSeconds(15);

    private static final Duration DATABASE_RETRY = Duration.ofSeconds(5);
    /** A member that is silent for about twice this is taken for dead and its unfinished firings are done again. */
    private static final Duration CHECK_IN = Duration.ofSeconds(5);

    private static final Duration MISFIRE_AFTER = Duration.ofSeconds(10);

    private final StdScheduler scheduler;
    private final String dataSourceName;
    private final List<PeriodicJob> jobs;

    private QuartzCluster(StdScheduler scheduler, String dataSourceName, List<PeriodicJob> jobs) {
        this.scheduler = scheduler;
        this.dataSourceName = dataSourceName;
        this.jobs = jobs;
    }

    /**
     * Makes a member of the cluster; {@link #start} lets it run. The data source stays the caller's, and must allow
     * four connections at once.
     *
     * @param member for people; need not be unique
     */
    public static QuartzCluster create(DataSource dataSource, String member, List<PeriodicJob> jobs)
            throws SchedulerException {
        // Two members of one id would take each other's firings for their own after a crash.
        String instance = member + "-" + UUID.randomUUID().toString().substring(0, 8);
        String dataSourceName = CLUSTER + "-" + instance;
        DBConnectionManager.getInstance().addConnectionProvider(dataSourceName, new Provider(dataSource));
        JobStoreTX store = store(dataSourceName, instance);
        var shells = new StdJobRunShellFactory();
        var quartz = new QuartzScheduler(
                resources(instance, store, shells), IDLE_WAIT.toMillis(), DATABASE_RETRY.toMillis());
        var loader = new CascadingClassLoadHelper();
        loader.initialize();
        store.initialize(loader, quartz.getSchedulerSignaler());
        var scheduler = new StdScheduler(quartz);
        shells.initialize(scheduler);
        quartz.initialize();
        Map<String, PeriodicJob> byName =
                jobs.stream().collect(Collectors.toUnmodifiableMap(PeriodicJob::name, Function.identity()));
        scheduler.setJobFactory((bundle, ignored) -> work(bundle.getJobDetail().getKey(), byName));
        return new QuartzCluster(scheduler, dataSourceName, List.copyOf(jobs));
    }

    /** Brings the stored schedule in line with the jobs and begins to fire. */
    public void start() throws SchedulerException {
        for (PeriodicJob job : jobs) {
            schedule(job);
        }
        Set<JobKey> stored = new HashSet<>(scheduler.getJobKeys(GroupMatcher.jobGroupEquals(GROUP)));
        stored.removeAll(jobs.stream().map(QuartzCluster::key).toList());
        scheduler.deleteJobs(List.copyOf(stored));
        scheduler.start();
    }

    /** Waits for what runs. Firings that were not begun are another member's. */
    @Override
    public void close() {
        scheduler.shutdown(true);
        try {
            DBConnectionManager.getInstance().shutdown(dataSourceName);
        } catch (SQLException e) {
            throw new IllegalStateException("the provider of " + dataSourceName + " does not fail to shut down", e);
        }
    }

    private void schedule(PeriodicJob job) throws SchedulerException {
        Trigger stored = scheduler.getTrigger(triggerKey(job));
        // A restart must not shift the schedule of the other members.
        boolean same = stored instanceof SimpleTrigger simple
                && simple.getRepeatInterval() == job.period().toMillis();
        if (!same) {
            scheduler.scheduleJob(detail(job), Set.of(trigger(job)), true);
        }
    }

    private static JobDetail detail(PeriodicJob job) {
        return JobBuilder.newJob(PeriodicWork.class)
                .withIdentity(key(job))
                .storeDurably()
                .requestRecovery(true)
                .build();
    }

    private static Trigger trigger(PeriodicJob job) {
        SimpleScheduleBuilder schedule = SimpleScheduleBuilder.simpleSchedule()
                .withIntervalInMilliseconds(job.period().toMillis())
                .repeatForever();
        SimpleScheduleBuilder explicit = switch (job.onMisfire()) {
            case SKIP -> schedule.withMisfireHandlingInstructionNextWithRemainingCount();
            case CATCH_UP_ONCE -> schedule.withMisfireHandlingInstructionNowWithRemainingCount();
        };
        return TriggerBuilder.newTrigger()
                .withIdentity(triggerKey(job))
                .forJob(key(job))
                .withSchedule(explicit)
                .startNow()
                .build();
    }

    private static JobKey key(PeriodicJob job) {
        return JobKey.jobKey(job.name(), GROUP);
    }

    private static TriggerKey triggerKey(PeriodicJob job) {
        return TriggerKey.triggerKey(job.name(), GROUP);
    }

    private static PeriodicWork work(JobKey key, Map<String, PeriodicJob> byName) throws SchedulerException {
        PeriodicJob job = byName.get(key.getName());
        if (job == null) {
            // Of a newer version: the member that knows it does it at its next firing.
            throw new SchedulerException("no job " + key + " is known to this version");
        }
        return new PeriodicWork(job);
    }

    private static JobStoreTX store(String dataSourceName, String instance) throws SchedulerException {
        var store = new JobStoreTX();
        store.setInstanceName(CLUSTER);
        store.setInstanceId(instance);
        store.setDataSource(dataSourceName);
        store.setTablePrefix(SchemaMigrator.QUARTZ_TABLE_PREFIX);
        setDelegate(store);
        // Job data are texts: no Java serialization in the database.
        store.setUseProperties("true");
        store.setIsClustered(true);
        store.setClusterCheckinInterval(CHECK_IN.toMillis());
        store.setMisfireThreshold(MISFIRE_AFTER.toMillis());
        // Without the lock two members race for a trigger by its state alone, which is where triggers were left
        // acquired for ever; at a firing a second the lock costs nothing.
        store.setAcquireTriggersWithinLock(true);
        store.setThreadPoolSize(THREADS);
        return store;
    }

    private static void setDelegate(JobStoreTX store) {
        try {
            store.setDriverDelegateClass(PostgreSQLDelegate.class.getName());
        } catch (InvalidConfigurationException e) {
            throw new IllegalStateException("setting a name does not fail", e);
        }
    }

    private static QuartzSchedulerResources resources(String instance, JobStoreTX store, StdJobRunShellFactory shells)
            throws SchedulerException {
        var resources = new QuartzSchedulerResources();
        resources.setName(CLUSTER);
        resources.setInstanceId(instance);
        resources.setThreadName("quartz-" + instance);
        resources.setMakeSchedulerThreadDaemon(true);
        resources.setJobStore(store);
        resources.setJobRunShellFactory(shells);
        resources.setThreadExecutor(new DefaultThreadExecutor());
        resources.setThreadPool(threads(instance));
        resources.setMaxBatchSize(1);
        return resources;
    }

    private static ThreadPool threads(String instance) throws SchedulerException {
        var pool = new SimpleThreadPool(THREADS, Thread.NORM_PRIORITY);
        pool.setInstanceName(CLUSTER);
        pool.setInstanceId(instance);
        pool.setThreadNamePrefix("quartz-job-" + instance);
        pool.setMakeThreadsDaemons(true);
        pool.initialize();
        return pool;
    }

    /** Quartz finds its connections by name in a static map; a name of our own a member keeps members apart. */
    private record Provider(DataSource dataSource) implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return dataSource.getConnection();
        }

        @Override
        public void initialize() {
            // The pool is open.
        }

        @Override
        public void shutdown() {
            // The pool is its owner's to close.
        }
    }
}
