package io.drover.cli.operator.balancing;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.operator.option.DurationConverter;
import io.drover.cli.operator.option.NewFile;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.LoadHistoryDocument;
import io.drover.messages.json.DroverJson;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover record}. */
@Command(
        name = "record",
        header = "Write the fleet's own load of the last hours or days into a trace for drover simulate.",
        description = {
            "A line a VM: its name, then its CPU use in whole percent of its processors, a sample each five minutes.",
            "The scheduler keeps thirty days. A VM that did not run is 0; while its host was not heard of it stays what"
                    + " it was."
        },
        footer = {
            "",
            "Examples:",
            "  drover record --out monday.csv.gz",
            "  drover record --out week.csv.gz --for 7d",
        })
public final class RecordCommand implements Callable<Integer> {
    private static final Duration SLOT = Duration.ofSeconds(LoadHistoryDocument.SLOT_SECONDS);
    private static final Duration PAGE = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(30);
    /** What the simulator needs at least. */
    private static final int SAMPLES_MIN = 2;

    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "The trace, named *.csv.gz.")
    private Path out = Path.of("");

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description = "How far back: 90min, 24h, 7d (default: 24h).")
    private Duration span = Duration.ofHours(24);

    public RecordCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        requireUsable();
        // Slots are rolled up some minutes after they end; one that is not yet would look as if nobody was heard of.
        long now = terminal.clock().now().getEpochSecond();
        Instant until = Instant.ofEpochSecond(now - now % SLOT.toSeconds()).minus(SLOT);
        Instant since = until.minus(SLOT.multipliedBy(span.dividedBy(SLOT)));
        Recording recording = load(since, until);
        if (recording.samples() < SAMPLES_MIN || recording.vms() == 0) {
            throw new CommandException(
                    ExitCode.NOT_FOUND,
                    "no telemetry to record since " + Units.moment(since, terminal.zone())
                            + ": a trace needs two slots of five minutes, and VMs that ran");
        }
        NewFile.write(out, recording::writeTo);
        say(recording, since.plus(SLOT.multipliedBy(recording.first())));
        return ExitCode.OK.code();
    }

    private void requireUsable() throws CommandException {
        if (!out.toString().endsWith(".csv.gz")) {
            throw new CommandException(ExitCode.USAGE, "--out: " + out + " is not named *.csv.gz");
        }
        if (span.compareTo(SLOT.multipliedBy(SAMPLES_MIN)) < 0 || span.compareTo(LONGEST) > 0) {
            throw new CommandException(ExitCode.USAGE, "--for: must be 10min to 30d");
        }
    }

    private Recording load(Instant since, Instant until) throws CommandException, InterruptedException {
        var recording = new Recording((int) Duration.between(since, until).dividedBy(SLOT));
        try (ApiClient client = api.connect()) {
            for (Instant at = since; at.isBefore(until); at = at.plus(PAGE)) {
                Instant end = at.plus(PAGE).isBefore(until) ? at.plus(PAGE) : until;
                recording.take(Documents.one(
                        client.get("/telemetry?since=" + at + "&until=" + end), LoadHistoryDocument.class));
            }
        }
        return recording;
    }

    private void say(Recording recording, Instant first) {
        var made = new Made(
                out.toString(),
                first,
                LoadHistoryDocument.SLOT_SECONDS,
                recording.vms(),
                recording.samples(),
                recording.held());
        if (api.json()) {
            Documents.print(terminal, DroverJson.mapper().valueToTree(made));
            return;
        }
        terminal.out()
                .println("recorded " + out + ": VMs " + made.vms() + ", samples " + made.samples()
                        + " each, a sample " + Units.duration(SLOT) + ", from "
                        + Units.moment(first, terminal.zone()));
        if (made.held() > 0) {
            terminal.out()
                    .println("of these samples " + made.held()
                            + " repeat the one before: nothing was heard of the VM's host then");
        }
    }

    /** What was recorded, for programs. */
    record Made(String file, Instant since, int slotSeconds, int vms, int samples, long held) {}
}
