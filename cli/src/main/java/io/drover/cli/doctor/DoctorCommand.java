package io.drover.cli.doctor;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.scheduler.SchedulerConfig;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.worker.HostResources;
import io.drover.worker.WorkerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover doctor}. */
@Command(
        name = "doctor",
        header = "Look whether this host's programs have what they need.",
        description = {
            "Looks at the worker and the scheduler whose configuration is in /etc/drover, with their logins and by the"
                    + " rights of the user who looks; as root: of the services' user. Where neither is configured, at"
                    + " what an operator's commands need. Nothing is changed.",
            "Ends with 0 where nothing fails (there may be warnings), 2 where a person must change something, 6 where a"
                    + " service does not answer and nothing else is wrong."
        },
        footer = {"", "Examples:", "  drover doctor", "  drover doctor --config /etc/drover/worker.properties --json"})
public final class DoctorCommand implements Callable<Integer> {
    private static final String WORKER = "worker";
    private static final String SCHEDULER = "scheduler";
    private static final String CONSOLE = "console";
    /** Keys that a worker cannot do without, and a scheduler does not know. */
    private static final List<String> OF_WORKERS = List.of("host", "state.folder", "images.folder");

    private static final String SUFFIX = ".properties";

    /** Below those of checks; short, for a database that is away is told and not waited for. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);
    private static final int CONNECTIONS = 3;

    private final Terminal terminal;
    private final Path folder;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Look at the worker or the scheduler of this configuration, in place of those in /etc/drover;"
                    + " may be given again.")
    private List<Path> files = new ArrayList<>();

    @Option(names = "--console", description = "Look at what an operator's commands need, and at nothing else.")
    private boolean console;

    @Mixin
    private ApiOptions api = new ApiOptions();

    public DoctorCommand(Terminal terminal) {
        this(terminal, Path.of("/etc/drover"));
    }

    /** {@code folder}: where the configurations of this host's services are. */
    DoctorCommand(Terminal terminal, Path folder) {
        this.terminal = terminal;
        this.folder = folder;
    }

    @Override
    public Integer call() throws InterruptedException {
        var report = new DoctorReport();
        List<Path> looked = console ? List.of() : files.isEmpty() ? configured() : files;
        for (Path file : looked) {
            lookAt(file, report);
        }
        if (looked.isEmpty()) {
            if (!console && Files.exists(folder) && !Files.isExecutable(folder)) {
                report.add("services", folder.toString(), hidden());
            }
            lookAtConsole(report);
        }
        report.print(terminal, api.json());
        return report.exitCode().code();
    }

    private List<Path> configured() {
        return Stream.of(WORKER, SCHEDULER)
                .map(program -> folder.resolve(program + SUFFIX))
                .filter(Files::exists)
                .toList();
    }

    private Finding hidden() {
        return Finding.warn(
                "this host's services are not looked at: " + FileProblem.denied(folder), "sudo drover doctor");
    }

    private void lookAt(Path file, DoctorReport report) throws InterruptedException {
        String program = file.toString().contains(SCHEDULER) ? SCHEDULER : WORKER;
        try {
            Settings settings = Settings.read(file);
            program = OF_WORKERS.stream().anyMatch(settings::has) ? WORKER : SCHEDULER;
            if (program.equals(WORKER)) {
                lookAtWorker(file, settings, report);
            } else {
                lookAtScheduler(file, settings, report);
            }
        } catch (ConfigException e) {
            String found = String.valueOf(e.getMessage());
            report.add(
                    program,
                    file.toString(),
                    Finding.fail(found, "correct the file; docs/operating/configuration.md has every key"));
        }
    }

    private void lookAtWorker(Path file, Settings settings, DoctorReport report)
            throws ConfigException, InterruptedException {
        WorkerConfig config = WorkerConfig.read(settings, HostResources.measured());
        DatabaseSettings login = config.database();
        try (DatabaseInspection database = inspection(login.jdbcUrl(), login.user(), login.password())) {
            Clock clock = terminal.clock();
            report.add(WORKER, file.toString(), Examination.of(WorkerChecks.of(config, database, clock)));
        }
    }

    private void lookAtScheduler(Path file, Settings settings, DoctorReport report)
            throws ConfigException, InterruptedException {
        SchedulerConfig config = SchedulerConfig.read(settings);
        SchedulerConfig.DatabaseLogin login = config.database();
        try (DatabaseInspection database = inspection(login.url(), login.user(), login.password())) {
            Clock clock = terminal.clock();
            report.add(SCHEDULER, file.toString(), Examination.of(SchedulerChecks.of(config, database, clock)));
        }
    }

    private static DatabaseInspection inspection(String url, String user, String password) {
        return DatabaseInspection.open(
                new DatabaseSettings(url, user, password, CONNECTIONS, CONNECT_LIMIT, ANSWER_LIMIT));
    }

    private void lookAtConsole(DoctorReport report) throws InterruptedException {
        try {
            SchedulerLogin login = api.login();
            report.add(
                    CONSOLE, login.scheduler().toString(), Examination.of(ConsoleChecks.of(login, terminal.clock())));
        } catch (CommandException e) {
            report.add(
                    CONSOLE,
                    "~/.config/drover/config",
                    Finding.fail(String.valueOf(e.getMessage()), "correct the file, or the variables DROVER_*"));
        }
    }
}
