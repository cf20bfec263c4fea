package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How a command ended.
 *
 * @param output standard output and standard error, as they came
 */
record CommandResult(int exitCode, String output) {

    /** Runs a command to its end, without input; kills it and throws {@link IOException} when the limit is over. */
    static CommandResult of(List<String> command, Duration limit) throws IOException, InterruptedException {
        return of(command, limit, Map.of());
    }

    /** The same with more in the environment. */
    static CommandResult of(List<String> command, Duration limit, Map<String, String> environment)
            throws IOException, InterruptedException {
        // A file and not a pipe: a command whose output nobody reads would wait for ever.
        Path output = Files.createTempFile("drover-command-", ".txt");
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(command.getFirst() + " did not end within " + limit.toSeconds() + " s");
            }
            return new CommandResult(process.exitValue(), text(output));
        } finally {
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
