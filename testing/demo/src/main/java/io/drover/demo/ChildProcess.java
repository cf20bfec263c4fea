package io.drover.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One of Drover's programs as a process of its own, its log in a file: by this program's JVM and class path, or by the program
 * that the property {@code drover.program} names, for example that of an installed package.
 */
public final class ChildProcess {
    private static final int STOP_SECONDS = 20;
    private static final String JAVA_OPTIONS = "DROVER_JAVA_OPTS";

    private final Process process;

    private ChildProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts {@code drover ARGUMENTS}.
     *
     * @param prefix a command that runs it, for example in another namespace; or none
     * @param heapMegabytes several of them must fit a small computer
     */
    public static ChildProcess drover(List<String> prefix, Path log, int heapMegabytes, List<String> arguments)
            throws IOException {
        String heap = "-Xmx" + heapMegabytes + "m";
        @Nullable String program = System.getProperty("drover.program");
        List<String> command = new ArrayList<>(prefix);
        if (program != null) {
            command.add(program);
        } else {
            // As packaging/jvm-options has it.
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    heap,
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.drover.cli.Drover"));
        }
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().put(JAVA_OPTIONS, heap);
        return new ChildProcess(builder.start());
    }

    /** Asks it to end, waits, and kills it when it does not. */
    public void stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }
}
