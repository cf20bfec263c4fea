package io.drover.cli.operator.fleet;

import io.drover.cli.api.ApiOptions;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.InputFile;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.HostId;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.NetworkCard;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.api.request.DefineVmRequest;
import io.drover.messages.json.DroverJson;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code drover vm define}. */
@Command(
        name = "define",
        header = "Define a VM, stopped, on a host that holds its images.",
        description = {
            "FILE is JSON. The images are file names in the host's images folder; id is made when it is left out:",
            "  {\"name\": \"web1\", \"vcpus\": 1, \"memory_bytes\": 268435456, \"machine\": \"pc-q35-7.2\",",
            "   \"cpu_model\": \"qemu64\", \"network_cards\": [{\"network\": \"lan\"}], \"disks\": [",
            "     {\"id\": \"data\", \"role\": \"data\", \"image\": \"web1-data.img\"},",
            "     {\"id\": \"swap\", \"role\": \"swap\", \"image\": \"web1-swap.img\"}]}",
            "A network is one that the hosts map to bridges (qemu.networks); optional, of a card: \"mac\": \"52:54:00:...\".",
            "Optional, of a disk: \"format\": \"qcow2\", and \"base\": {\"image\": \"...\"}, its backing file.",
            "Optional: \"boot\": {\"kernel\": \"/...\", \"initrd\": \"/...\", \"command_line\": \"...\"}"
        },
        footer = {"", "Example:", "  drover vm define web1.json --host host1"})
public final class VmDefineCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private ApiOptions api = new ApiOptions();

    @Parameters(paramLabel = "FILE", description = "The definition.")
    private Path file = Path.of("");

    @Option(names = "--host", paramLabel = "HOST", required = true, description = "The host that owns it from now on.")
    private String host = "";

    public VmDefineCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        VmDefinition definition = definition();
        DefineVmRequest request = new DefineVmRequest(definition, owner());
        return api.answer(terminal, client -> client.post("/vms", request), (_, _) -> tell(definition));
    }

    private void tell(VmDefinition definition) {
        terminal.out().println(definition.name() + " is defined on " + host + ", id " + definition.id());
        int card = 0;
        for (NetworkCard defined : definition.networkCards().list()) {
            if (defined.network() != null) {
                terminal.out()
                        .println("network card " + card + " on " + defined.network() + ": "
                                + definition.cardAddress(card));
            }
            card++;
        }
    }

    private HostId owner() throws CommandException {
        try {
            return new HostId(host);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "--host: " + e.getMessage());
        }
    }

    private VmDefinition definition() throws CommandException {
        try {
            ObjectNode document = DroverJson.object("the document", InputFile.bytes(file, DroverJson.BYTES_MAX));
            if (!document.has("id")) {
                document.put("id", new VmId(UUID.randomUUID()).toString());
            }
            return DroverJson.read(document, VmDefinition.class);
        } catch (InvalidMessageException e) {
            throw new CommandException(ExitCode.USAGE, file + ": " + e.getMessage());
        }
    }
}
