package io.drover.cli.pki;

import picocli.CommandLine.Command;

/** {@code drover pki}. */
@Command(
        name = "pki",
        header = "Make the certificates by which workers know each other.",
        synopsisSubcommandLabel = "COMMAND")
public final class PkiCommand {}
