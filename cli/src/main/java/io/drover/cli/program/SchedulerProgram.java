package io.drover.cli.program;

import io.drover.cli.program.ConfigFile.Loaded;
import io.drover.cli.program.Foreground.Running;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.SystemClock;
import io.drover.scheduler.Scheduler;
import io.drover.scheduler.SchedulerConfig;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover scheduler}. */
@Command(
        name = "scheduler",
        header = "Run a scheduler; several may run at once.",
        description = {
            "Runs until it is asked to end (SIGTERM). Waits for PostgreSQL and RabbitMQ when they are away.",
            "Logs to the console, or to DROVER_LOG_FILE."
        },
        footer = {"", "Example:", "  drover scheduler --config /etc/drover/scheduler.properties"})
public final class SchedulerProgram implements Callable<Integer> {
    private static final Duration CLOSING = Duration.ofSeconds(30);

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Override
    public Integer call() throws Exception {
        Loaded<SchedulerConfig> loaded = file.load(SchedulerConfig::read);
        ProgramLog.start(System.getenv());
        ProgramLog.say("scheduler", loaded.settings());
        try {
            Foreground.run(
                    () -> {
                        var scheduler = new Scheduler(loaded.config(), new SystemClock(), new SecureRandom());
                        scheduler.start();
                        return Running.of(scheduler, scheduler::hanging);
                    },
                    CLOSING,
                    NotifySocket.ofThisProcess());
        } catch (IOException e) {
            // What may be over at the next try: its port is in use.
            throw new CommandException(ExitCode.FAILED, "the scheduler cannot run here now: " + FileProblem.told(e));
        }
        return ExitCode.OK.code();
    }
}
