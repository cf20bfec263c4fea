package io.drover.bench.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Short commands of the system's tools. */
public final class Commands {
    private Commands() {}

    /** Runs to the end and returns what it said; {@link IOException} with that text when it fails. */
    public static String run(List<String> prefix, String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(String.join(" ", whole) + " failed (exit " + code + "): " + said.strip());
        }
        return said;
    }
}
