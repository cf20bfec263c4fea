package io.drover.cli.program;

import picocli.CommandLine.Command;

/** {@code drover schema}: parent of migrate, host, scheduler and token. */
@Command(
        name = "schema",
        header = "Set up the database: tables, functions, and who may log in.",
        synopsisSubcommandLabel = "migrate | host | scheduler | token",
        description = {
            "These log in as the database's owner, the only time anything of Drover does. The file holds database.url,",
            "database.user and database.password of a superuser or a role that may create roles."
        },
        footer = {
            "",
            "Examples:",
            "  drover schema migrate --config owner.properties",
            "  drover schema scheduler --config owner.properties --password-file scheduler.password",
            "  drover schema host host1 --config owner.properties --password-file host1.password",
            "  drover schema token admin --config owner.properties > admin.token"
        })
public final class SchemaCommand {}
