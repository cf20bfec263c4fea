package io.drover.cli.operator.migration;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
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
        header = "Move a running machine with its disks and swap to another host.",
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

    @Parameters(paramLabel = "VM", description = "The machine's name or id.")
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
            description =
                    "The machine may run at the destination before all blocks are there, depending on both hosts.")
    private boolean allowPull;

    @Option(
            names = "--base-image",
            paramLabel = "NAME",
            description = "A file in the destination's images folder whose content need not be sent; may be repeated.")
    private List<String> baseImages = new ArrayList<>();

    @Option(
            names = "--verify",
            paramLabel = "WHEN",
            description = "When both copies are compared: read-back, after the machine runs at the destination"
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
        try (ApiClient client = api.connect()) {
            JsonNode accepted = client.post("/migrations", request());
            MigrationId id = id(accepted);
            if (!waiting.wanted()) {
                accept(accepted, id);
                return ExitCode.OK.code();
            }
            JsonNode end = new MigrationWatch(terminal, client, api.json()).untilOver(id, waiting.limit());
            return report(end);
        }
    }

    private Map<String, Object> request() {
        var request = new LinkedHashMap<String, Object>();
        request.put("vm", vm);
        if (destination != null) {
            request.put("destination", destination);
        }
        if (algorithm != null) {
            request.put("algorithm", algorithm);
        }
        if (!diskAlgorithms.isEmpty()) {
            request.put("disk_algorithms", diskAlgorithms);
        }
        if (reason != null) {
            request.put("reason", reason);
        }
        if (force && reason != null) {
            request.put("force", Map.of("reason", reason));
        }
        if (allowPull) {
            request.put("allow_pull", true);
        }
        if (!baseImages.isEmpty()) {
            request.put("base_images", baseImages);
        }
        if (verify != null) {
            request.put("verify", verify);
        }
        return request;
    }

    private static MigrationId id(JsonNode accepted) throws CommandException {
        return Documents.one(accepted.path("id"), MigrationId.class);
    }

    private void accept(JsonNode accepted, MigrationId id) {
        if (api.json()) {
            Documents.print(terminal, accepted);
        } else {
            terminal.out().println("migration " + id + " of " + vm + " is queued; follow it: drover migrations " + id);
        }
    }

    private Integer report(JsonNode end) throws CommandException {
        MigrationView view = Documents.one(end, MigrationDetail.class).migration();
        if (api.json()) {
            Documents.print(terminal, end);
        } else {
            terminal.out().println(MigrationLine.outcome(view));
        }
        return (view.state() == MigrationState.COMPLETED ? ExitCode.OK : ExitCode.FAILED).code();
    }
}
