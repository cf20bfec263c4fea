package io.drover.cli.operator.fleet;

import picocli.CommandLine.Command;

/** {@code drover vm}: parent of define, start and stop. */
@Command(
        name = "vm",
        header = "Define a VM, start it or stop it.",
        synopsisSubcommandLabel = "define | start | stop",
        footer = {
            "",
            "Examples:",
            "  drover vm define web1.json --host host1",
            "  drover vm start web1 --wait",
            "  drover vm stop web1 --wait"
        })
public final class VmCommand {}
