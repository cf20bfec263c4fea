package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.Table;
import io.drover.cli.terminal.Terminal;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.HostDocument;
import io.drover.messages.api.LabelsDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover hosts}. */
@Command(
        name = "hosts",
        header = "List the hosts, what they hold and when their worker was last heard of.",
        footer = {"", "Example:", "  drover hosts"})
public final class HostsCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    public HostsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        return api.answer(
                terminal,
                client -> client.get("/hosts"),
                (client, answer) -> print(Documents.list(answer, HostDocument.class), LabelFormat.of(client)));
    }

    private void print(List<HostDocument> hosts, LabelsDocument labels) {
        Table table = Table.of(
                "HOST",
                "SEEN",
                "CORES>",
                "MEMORY>",
                "PROMISED>",
                "IMAGES FREE>",
                "LINK>",
                "HYPERVISOR",
                "PEERS AT",
                "LABELS");
        for (HostDocument host : hosts) {
            table.row(
                    host.id().value(),
                    seen(host.lastSeen()),
                    Units.cores(host.cpuCores()),
                    Units.bytes(host.memoryBytes()),
                    Units.bytes(host.reservedMemoryBytes()),
                    Units.bytes(host.imagesFreeBytes()) + " of " + Units.bytes(host.imagesBytes()),
                    Units.rate(host.linkBytesPerSecond()),
                    host.hypervisor(),
                    host.peerAddress(),
                    LabelFormat.line(labels.of(host.id())));
        }
        table.print(terminal.out(), "no host has registered yet");
        for (HostDocument host : hosts) {
            if (host.brokerTrouble() != null) {
                terminal.out().println(host.id() + " cannot use the broker: " + host.brokerTrouble());
            }
        }
        terminal.out().flush();
    }

    private String seen(@Nullable Instant at) {
        return at == null
                ? "never"
                : Units.duration(Duration.between(at, terminal.clock().now())) + " ago";
    }
}
