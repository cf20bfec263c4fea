package io.drover.cli.operator.fleet;

import picocli.CommandLine.Command;

/** {@code drover host}: parent of takeover. */
@Command(
        name = "host",
        header = "Say which worker may speak for a host.",
        synopsisSubcommandLabel = "takeover",
        footer = {"", "Example:", "  drover host takeover host1 --reason 'new mainboard'"})
public final class HostCommand {}
