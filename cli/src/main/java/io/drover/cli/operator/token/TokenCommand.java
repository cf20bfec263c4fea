package io.drover.cli.operator.token;

import picocli.CommandLine.Command;

/** {@code drover token}: parent of create, list and revoke. */
@Command(
        name = "token",
        header = "Say who may ask the schedulers for what.",
        synopsisSubcommandLabel = "create | list | revoke",
        footer = {
            "",
            "Examples:",
            "  drover token create prometheus --role read",
            "  drover token list",
            "  drover token revoke prometheus"
        })
public final class TokenCommand {}
