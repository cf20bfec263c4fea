package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.api.LabelsAnswer;
import io.drover.messages.api.request.LabelsRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code drover label}. */
@Command(
        name = "label",
        header = "Say where and when a VM may be moved, or a host may be used; or show what is said.",
        description = {
            "KEY=VALUE sets a label, KEY- takes it away; without either the labels are shown.",
            "VMs: drover.affinity=GROUP, drover.anti-affinity=GROUP, drover.pin=HOST[,HOST...], drover.exclude=true,"
                    + " drover.maintenance=WINDOW (the only times it may be moved), drover.cpu-model=NAME (what it needs).",
            "Hosts: drover.maintenance=WINDOW (when it is emptied and takes nothing), drover.exclude=true,"
                    + " drover.cpu-model=NAME (what it offers).",
            "WINDOW: always, 2026-11-23T22:00:00Z/2026-11-24T02:00:00Z or, each week, sat/22:00/PT4H; more by commas."
                    + " Other keys are yours."
        },
        footer = {
            "",
            "Examples:",
            "  drover label vm web1 drover.anti-affinity=web team=shop",
            "  drover label vm web1 team-",
            "  drover label host host1 drover.maintenance=sat/22:00/PT4H"
        })
public final class LabelCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    /** What can be labelled. */
    enum Kind {
        VM,
        HOST
    }

    @Parameters(index = "0", paramLabel = "vm|host", description = "What is labelled.")
    private Kind kind = Kind.VM;

    @Parameters(index = "1", paramLabel = "NAME", description = "The VM or the host.")
    private String name = "";

    @Parameters(index = "2..*", arity = "0..*", paramLabel = "CHANGE", description = "KEY=VALUE or KEY-.")
    private List<String> changes = List.of();

    public LabelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        LabelsRequest request = request();
        String path = (kind == Kind.VM ? "/vms/" : "/hosts/") + ApiClient.segment(name) + "/labels";
        return api.answer(
                terminal,
                client -> client.post(path, request),
                (_, answer) -> print(Documents.one(answer, LabelsAnswer.class).labels()));
    }

    private LabelsRequest request() throws CommandException {
        var set = new TreeMap<String, String>();
        var remove = new LinkedHashSet<String>();
        for (String change : changes) {
            int equals = change.indexOf('=');
            boolean twice;
            if (equals > 0) {
                twice = set.put(change.substring(0, equals), change.substring(equals + 1)) != null;
            } else if (equals < 0 && change.length() > 1 && change.endsWith("-")) {
                twice = !remove.add(change.substring(0, change.length() - 1));
            } else {
                throw new CommandException(ExitCode.USAGE, "'" + change + "' is neither KEY=VALUE nor KEY-");
            }
            if (twice) {
                throw new CommandException(ExitCode.USAGE, "'" + change + "': its key stands twice");
            }
        }
        return new LabelsRequest(set, List.copyOf(remove));
    }

    private void print(Map<String, String> labels) {
        String what = kind.name().toLowerCase(Locale.ROOT) + " " + name;
        terminal.out().println(labels.isEmpty() ? what + " has no labels" : "labels of " + what + ":");
        labels.forEach((key, value) -> terminal.out().println("  " + key + "=" + value));
    }
}
