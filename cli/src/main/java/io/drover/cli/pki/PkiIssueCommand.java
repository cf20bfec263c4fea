package io.drover.cli.pki;

import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.HostId;
import io.drover.messages.text.FileProblem;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.HostCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code drover pki issue}. */
@Command(
        name = "issue",
        header = "Make one host's key and certificate.",
        description = "Copy the folder that is made to the host, as its worker's peer.pki.folder.",
        footer = {"", "Example:", "  drover pki issue host1 --folder /root/drover-pki"})
public final class PkiIssueCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private PkiFolder folder = new PkiFolder();

    @Option(names = "--days", defaultValue = "730", description = "Good for so many days; ${DEFAULT-VALUE} if omitted.")
    private int days;

    @Parameters(paramLabel = "HOST", description = "The host's name, as in its worker's configuration.")
    private String name = "";

    public PkiIssueCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws CommandException {
        HostId host = host();
        Instant now = terminal.clock().now();
        try {
            Path made =
                    FleetAuthority.open(folder.path(), new SecureRandom()).issue(host, PkiFolder.validity(now, days));
            Instant expires = HostCertificates.read(made, host, now).expires();
            terminal.out().println("made the certificate of " + host + " in " + made + ", good until " + expires);
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new CommandException(ExitCode.USAGE, FileProblem.told(e));
        }
    }

    private HostId host() throws CommandException {
        try {
            return new HostId(name);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.USAGE, "HOST: " + e.getMessage());
        }
    }
}
