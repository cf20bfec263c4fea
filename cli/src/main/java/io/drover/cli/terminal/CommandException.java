package io.drover.cli.terminal;

/** A command cannot do what was asked; the message is for the person who typed it. */
public final class CommandException extends Exception {
    private static final long serialVersionUID = 1L;
    private final ExitCode exitCode;

    public CommandException(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
