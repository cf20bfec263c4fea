package io.drover.cli;

import io.drover.messages.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code drover --version} says. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"drover " + ProgramVersion.current()};
    }
}
