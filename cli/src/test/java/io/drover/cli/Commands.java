package io.drover.cli;

/** Opens the program to tests of other packages. */
public final class Commands {
    private Commands() {}

    /**
     * Runs {@code drover} with these arguments in this process; what it says on the error output, without
     * {@code drover: }.
     */
    public static String errorOf(String... arguments) {
        return CommandRun.of(false, arguments)
                .err()
                .replaceFirst("^drover: ", "")
                .strip();
    }
}
