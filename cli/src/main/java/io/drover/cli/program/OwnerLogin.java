package io.drover.cli.program;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.schema.DatabaseUrl;
import io.drover.schema.ReplacedMigrationsException;
import io.drover.schema.SchemaMigrator;
import io.drover.schema.StoreUnavailableException;
import java.util.function.Consumer;
import picocli.CommandLine.Mixin;

/** The database's owner, and what may be done as such. */
final class OwnerLogin {
    @Mixin
    private ConfigFile file = new ConfigFile();

    /** Does something to the database as its owner. */
    void change(Consumer<SchemaMigrator> change) throws CommandException {
        SchemaMigrator migrator = file.load(OwnerLogin::read).config();
        try {
            change.accept(migrator);
        } catch (StoreUnavailableException e) {
            throw new CommandException(ExitCode.UNREACHABLE, "PostgreSQL does not answer: " + e.getMessage());
        } catch (ReplacedMigrationsException e) {
            throw new CommandException(ExitCode.REFUSED, String.valueOf(e.getMessage()));
        } catch (IllegalStateException e) {
            throw new CommandException(ExitCode.REFUSED, "PostgreSQL refused: " + e.getMessage());
        }
    }

    private static SchemaMigrator read(Settings settings) throws ConfigException {
        var migrator = new SchemaMigrator(
                DatabaseUrl.read(settings), settings.text("database.user"), settings.secret("database.password"));
        settings.refuseUnknown();
        return migrator;
    }
}
