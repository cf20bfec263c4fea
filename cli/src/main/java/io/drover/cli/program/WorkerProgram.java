package io.drover.cli.program;

import io.drover.cli.program.ConfigFile.Loaded;
import io.drover.cli.program.Foreground.Running;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.config.UnfitHostException;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.SystemClock;
import io.drover.schema.FencedException;
import io.drover.worker.FatalFailure;
import io.drover.worker.HostResources;
import io.drover.worker.Worker;
import io.drover.worker.WorkerConfig;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover worker}. */
@Command(
        name = "worker",
        header = "Run this host's worker.",
        description = {
            "Runs until it is asked to end (SIGTERM); the host's VMs run on without it.",
            "Waits for PostgreSQL and RabbitMQ when they are away. Logs to the console, or to DROVER_LOG_FILE."
        },
        footer = {"", "Example:", "  drover worker --config /etc/drover/worker.properties"})
public final class WorkerProgram implements Callable<Integer> {
    private static final Duration CLOSING = Duration.ofSeconds(30);

    @Mixin
    private ConfigFile file = new ConfigFile();

    @Override
    public Integer call() throws Exception {
        HostResources resources = HostResources.measured();
        Loaded<WorkerConfig> loaded = file.load(settings -> WorkerConfig.read(settings, resources));
        ProgramLog.start(System.getenv());
        ProgramLog.say("worker", loaded.settings());
        var fenced = new AtomicReference<FencedException>();
        Thread program = Thread.currentThread();
        try {
            FatalFailure ending = cause -> {
                if (cause instanceof FencedException e && fenced.compareAndSet(null, e)) {
                    program.interrupt();
                }
            };
            Foreground.run(
                    () -> {
                        var worker = Worker.start(loaded.config(), new SystemClock(), new SecureRandom(), ending);
                        return Running.of(worker, worker::hanging);
                    },
                    CLOSING.plus(loaded.config().longestEnd()),
                    NotifySocket.ofThisProcess());
        } catch (FencedException e) {
            fenced.set(e);
        } catch (UnfitHostException e) {
            throw new CommandException(ExitCode.USAGE, "the worker cannot run here: " + FileProblem.told(e));
        } catch (IOException e) {
            // What may be over at the next try: another worker, a port in use, no QEMU.
            throw new CommandException(ExitCode.FAILED, "the worker cannot run here now: " + FileProblem.told(e));
        }
        if (fenced.get() != null) {
            throw new CommandException(
                    ExitCode.FENCED,
                    "the worker ends, its VMs run on: " + fenced.get().getMessage());
        }
        return ExitCode.OK.code();
    }
}
