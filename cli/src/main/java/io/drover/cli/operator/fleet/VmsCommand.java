package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.DiskRole;
import io.drover.messages.VmDefinition;
import io.drover.messages.api.LabelsDocument;
import io.drover.messages.api.TroubleDocument;
import io.drover.messages.api.VmDocument;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover vms}. */
@Command(
        name = "vms",
        header = "List the VMs, who owns them and whether they run.",
        footer = {"", "Example:", "  drover vms"})
public final class VmsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    public VmsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.get("/vms"),
                (client, answer) -> print(Documents.list(answer, VmDocument.class), LabelFormat.of(client)));
    }

    private void print(List<VmDocument> vms, LabelsDocument labels) {
        Table table = Table.of("VM", "HOST", "POWER", "CPUS>", "MEMORY>", "DISKS", "EPOCH>", "ID", "LABELS");
        for (VmDocument vm : vms) {
            VmDefinition definition = vm.definition();
            table.row(
                    definition.name(),
                    vm.owner().value(),
                    power(vm),
                    Integer.toString(definition.vcpus()),
                    Units.bytes(definition.memoryBytes()),
                    disks(definition),
                    Long.toString(vm.epoch()),
                    definition.id().toString(),
                    LabelFormat.line(labels.of(definition.id())));
        }
        table.print(terminal.out(), "no VM is defined yet; see drover vm define --help");
        vms.forEach(this::trouble);
    }

    /** Below the table, whose cells are short. */
    private void trouble(VmDocument vm) {
        TroubleDocument trouble = vm.trouble();
        if (trouble != null) {
            terminal.out()
                    .println(vm.definition().name() + " on " + vm.owner() + ", since "
                            + Units.moment(trouble.since(), terminal.zone()) + ": " + trouble.reason());
        }
    }

    private String power(VmDocument vm) {
        String seen = vm.power().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (vm.unknownAt(terminal.clock().now())) {
            Instant heard = vm.ownerSeen();
            String since = heard == null ? "" : " since " + Units.moment(heard, terminal.zone());
            return "unknown" + since + ", was " + seen;
        }
        return vm.power() == vm.wantedPower()
                ? seen
                : seen + ", " + vm.wantedPower().name().toLowerCase(Locale.ROOT) + " wanted";
    }

    private static String disks(VmDefinition definition) {
        return definition.disks().stream()
                .map(disk -> disk.role() == DiskRole.SWAP && !disk.id().value().equals("swap")
                        ? disk.id() + " (swap)"
                        : disk.id().value())
                .collect(Collectors.joining(", "));
    }
}
