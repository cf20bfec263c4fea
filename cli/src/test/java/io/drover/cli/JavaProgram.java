package io.drover.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start {@code drover} as a process of its own. */
final class JavaProgram {
    /** What root may and no other user: to pass over owners and modes. The programs run as an ordinary user would. */
    private static final List<String> ORDINARY =
            List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner");

    private JavaProgram() {}

    /** {@code options} are Java's own. */
    static List<String> command(List<String> options, String... arguments) {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(ORDINARY);
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                // The tests' class path has more than one configuration for tests, which is no news of the program's.
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.drover.cli.Drover"));
        command.addAll(List.of(arguments));
        return command;
    }
}
