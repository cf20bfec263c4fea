package io.drover.cli.doctor.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a command of the host said.
 *
 * @param text standard and error output
 */
public record CommandOutput(int exitCode, String text) {
    private static final int LIMIT_S = 20;

    /** One that does not end is killed. Throws where it cannot be started. */
    public static CommandOutput of(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // Its output ends with it; of one that has ended nothing is left to be killed.
        CompletableFuture.delayedExecutor(LIMIT_S, TimeUnit.SECONDS).execute(process::destroyForcibly);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandOutput(process.waitFor(), text.strip());
    }

    /** Of lines {@code key=value}. */
    public Map<String, String> properties() {
        var properties = new TreeMap<String, String>();
        for (String line : text.lines().toList()) {
            int end = line.indexOf('=');
            if (end > 0) {
                properties.put(line.substring(0, end), line.substring(end + 1));
            }
        }
        return properties;
    }
}
