package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.operator.option.DurationConverter;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.TroubleDocument;
import io.drover.messages.api.VmDocument;
import io.drover.messages.api.VmDocument.Power;
import io.drover.messages.time.Wait;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What {@code drover vm start} and {@code drover vm stop} have in common. */
public abstract class VmPowerCommand implements Callable<Integer> {
    private static final Duration POLL = Duration.ofMillis(500);
    private final Terminal terminal;
    private final String verb;
    private final Power wanted;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "VM", description = "The VM's name or id.")
    private String vm = "";

    @Option(names = "--wait", description = "Wait until it is so.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "120s",
            converter = DurationConverter.class,
            description = "Wait at most so long: 90s, 5min (default: ${DEFAULT-VALUE}).")
    private Duration limit = Duration.ofMinutes(2);

    private VmPowerCommand(Terminal terminal, String verb, Power wanted) {
        this.terminal = terminal;
        this.verb = verb;
        this.wanted = wanted;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(terminal, this::switched, (_, answer) -> say(Documents.one(answer, VmDocument.class)));
    }

    private JsonNode switched(ApiClient client) throws CommandException, InterruptedException {
        String path = "/vms/" + ApiClient.segment(vm);
        JsonNode answer = client.post(path + "/" + verb, Map.of());
        return wait ? await(client, path) : answer;
    }

    private JsonNode await(ApiClient client, String path) throws CommandException, InterruptedException {
        var seen = new AtomicReference<VmDocument>();
        return new Wait(terminal.clock(), limit, POLL)
                .answer(() -> reached(client, path, seen), Optional::isPresent)
                .orElseThrow(() -> new CommandException(
                        ExitCode.TIMED_OUT,
                        vm + " did not " + verb + " within " + Units.duration(limit) + ": " + why(seen.get())));
    }

    private Optional<JsonNode> reached(ApiClient client, String path, AtomicReference<VmDocument> seen)
            throws CommandException, InterruptedException {
        JsonNode document = client.get(path);
        VmDocument now = Documents.one(document, VmDocument.class);
        say(now, seen.getAndSet(now));
        return now.power() == wanted ? Optional.of(document) : Optional.empty();
    }

    /** What is in the way, as soon as it is known: whoever waits may be able to remove it. */
    private void say(VmDocument now, @Nullable VmDocument before) {
        TroubleDocument trouble = now.trouble();
        boolean known = before != null && Objects.equals(trouble, before.trouble());
        if (trouble != null && !known) {
            terminal.err().println("drover: " + vm + " does not " + verb + " yet: " + trouble.reason());
        }
    }

    private String why(@Nullable VmDocument last) {
        if (last != null && last.unknownAt(terminal.clock().now())) {
            return "the worker of " + last.owner() + " is silent; see drover hosts";
        }
        TroubleDocument trouble = last == null ? null : last.trouble();
        if (trouble != null) {
            return trouble.reason() + " (since " + Units.moment(trouble.since(), terminal.zone())
                    + "); it is tried again and again";
        }
        return wanted == Power.STOPPED
                ? "the guest has not answered yet; it is switched off 60 s after it was asked"
                : "it is tried again and again; the log of its host's worker says what keeps it";
    }

    private void say(VmDocument record) {
        String is = record.power() == wanted ? " is " : " will be ";
        String state = wanted == Power.RUNNING ? "running" : "stopped";
        terminal.out().println(record.definition().name() + is + state + " on " + record.owner());
    }

    /** {@code drover vm start}. */
    @Command(
            name = "start",
            header = "Start a VM on the host that owns it.",
            footer = {"", "Example:", "  drover vm start web1 --wait"})
    public static final class Start extends VmPowerCommand {
        public Start(Terminal terminal) {
            super(terminal, "start", Power.RUNNING);
        }
    }

    /** {@code drover vm stop}. */
    @Command(
            name = "stop",
            header = "Ask a VM to power off, as its power button would.",
            footer = {"", "Example:", "  drover vm stop web1 --wait"})
    public static final class Stop extends VmPowerCommand {
        public Stop(Terminal terminal) {
            super(terminal, "stop", Power.STOPPED);
        }
    }
}
