package io.drover.cli.program;

import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.schema.SchemaMigrator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code drover schema migrate}. */
@Command(
        name = "migrate",
        header = "Bring the database to this version's schema; harmless when it is there.",
        footer = {"", "Example:", "  drover schema migrate --config owner.properties"})
public final class SchemaMigrateCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private OwnerLogin owner = new OwnerLogin();

    public SchemaMigrateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        owner.change(SchemaMigrator::migrate);
        terminal.out().println("the database has this version's schema");
        return ExitCode.OK.code();
    }
}
