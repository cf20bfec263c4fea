package io.drover.cli.pki;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.text.FileProblem;
import io.drover.worker.pki.FleetAuthority;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code drover pki init}. */
@Command(
        name = "init",
        header = "Make the fleet's certificate authority.",
        description = "Its key, ca-key.pem, signs for every host: keep the folder away from them.",
        footer = {"", "Example:", "  drover pki init --folder /root/drover-pki"})
public final class PkiInitCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private PkiFolder folder = new PkiFolder();

    @Option(
            names = "--days",
            defaultValue = "3650",
            description = "Good for so many days; ${DEFAULT-VALUE} if omitted.")
    private int days;

    public PkiInitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws CommandException {
        try {
            var validity = PkiFolder.validity(terminal.clock().now(), days);
            FleetAuthority authority = FleetAuthority.init(folder.path(), validity, new SecureRandom());
            terminal.out().println("made the authority in " + folder.path() + ", good until " + authority.expires());
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, FileProblem.told(e));
        }
    }
}
