package io.drover.cli.operator.migration;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.Verification;
import io.drover.messages.api.MigrationAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.request.MigrationRequest;
import io.drover.messages.command.Force;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code drover migrate}. */
@Command(
        name = "migrate",
        header = "Move a running VM with its disks and swap to another host.",
        footer = {
            "",
            "Examples:",
            "  drover migrate web1 --to host2 --wait",
            "  drover migrate web1 --algorithm pre-copy --disk swap=stop-and-copy"
        })
public final class MigrateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Mixin
    private WaitOptions waiting = new WaitOptions();

    @Parameters(paramLabel = "VM", description = "The VM's name or id.")
    private String vm = "";

    @Option(names = "--to", paramLabel = "HOST", description = "Where to; the scheduler chooses when it is left out.")
    private @Nullable String destination;

    @Option(
            names = "--algorithm",
            paramLabel = "NAME",
            description =
                    "How to replicate every disk not named by --disk: auto, pre-copy, stop-and-copy, qemu-mirror, ...")
    private @Nullable String algorithm;

    @Option(names = "--disk", paramLabel = "DISK=NAME", description = "How to replicate this disk; may be repeated.")
    private Map<String, String> diskAlgorithms = new LinkedHashMap<>();

    @Option(
            names = "--allow-pull",
            description = "The VM may run at the destination before all blocks are there, depending on both hosts.")
    private boolean allowPull;

    @Option(
            names = "--base-image",
            paramLabel = "NAME",
            description = "A file in the destination's images folder whose content need not be sent; may be repeated.")
    private List<String> baseImages = new ArrayList<>();

    @Option(
            names = "--verify",
            paramLabel = "WHEN",
            description = "When both copies are compared: read-back, after the VM runs at the destination"
                    + " (default), or full, every block before it is given away as well.")
    private @Nullable String verify;

    @Option(names = "--reason", paramLabel = "TEXT", description = "A sentence for the record.")
    private @Nullable String reason;

    @Option(
            names = "--force",
            description =
                    "Move it to the host of --to against maintenance, pins, exclusion, affinity and budgets; --reason"
                            + " has to say why, and is recorded.")
    private boolean force;

    public MigrateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        if (force && (reason == null || destination == null)) {
            throw new CommandException(ExitCode.USAGE, "--force wants --to HOST and --reason TEXT");
        }
        MigrationRequest request = request();
        try (ApiClient client = api.connect()) {
            JsonNode accepted = client.post("/migrations", request);
            MigrationId id = Documents.one(accepted, MigrationAnswer.class).id();
            if (!waiting.wanted()) {
                accept(accepted, id);
                return ExitCode.OK.code();
            }
            JsonNode end = new MigrationWatch(terminal, client, api.json()).untilOver(id, waiting.limit());
            return report(end);
        }
    }

    /** What was not said is left out. */
    private MigrationRequest request() throws CommandException {
        try {
            return new MigrationRequest(
                    vm,
                    destination == null ? null : new HostId(destination),
                    algorithm,
                    diskAlgorithms.isEmpty() ? null : byDisk(),
                    reason,
                    allowPull ? true : null,
                    baseImages.isEmpty()
                            ? null
                            : baseImages.stream().map(ImageName::new).toList(),
                    verify == null ? null : Verification.parse(verify),
                    force && reason != null ? new Force(reason) : null);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private Map<DiskId, String> byDisk() {
        var algorithms = new LinkedHashMap<DiskId, String>();
        diskAlgorithms.forEach((disk, name) -> algorithms.put(new DiskId(disk), name));
        return algorithms;
    }

    private void accept(JsonNode accepted, MigrationId id) {
        if (api.json()) {
            Documents.print(terminal, accepted);
        } else {
            terminal.out().println("migration " + id + " of " + vm + " is queued; follow it: drover migrations " + id);
        }
    }

    private Integer report(JsonNode end) throws CommandException {
        MigrationSummary view = Documents.one(end, MigrationDocument.class).migration();
        if (api.json()) {
            Documents.print(terminal, end);
        } else {
            terminal.out().println(MigrationLine.outcome(view));
        }
        return (view.state() == MigrationState.COMPLETED ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
