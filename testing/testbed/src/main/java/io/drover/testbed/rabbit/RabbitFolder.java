package io.drover.testbed.rabbit;

import io.drover.testbed.LogTail;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Everything a private node reads and writes, all of it in one folder. */
record RabbitFolder(Path path, @Nullable RabbitTls tls) {
    static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private static final String DEFINITIONS = "definitions.json";

    static final Path CONTROL = SERVER.resolveSibling("rabbitmqctl");

    /** Looks names up in a file of ours: no resolver processes, nothing asked of the network. */
    private static final String NAMES = """
        {lookup, [file]}.
        {host, {127,0,0,1}, ["localhost"]}.
        """;

    /** One scheduler thread of each kind, no epmd but ours, the distribution port on loopback only. */
    private static final String ERLANG_ARGUMENTS =
            "-start_epmd false +S 1:1 +SDcpu 1:1 +SDio 1 +A 4 -kernel inet_dist_use_interface {127,0,0,1}";

    static RabbitFolder in(Path path, Definitions definitions, @Nullable RabbitTls tls) throws IOException {
        if (!Files.isExecutable(SERVER)) {
            throw new IOException("RabbitMQ is not installed; as root: apt-get install rabbitmq-server");
        }
        Path folder = path.toAbsolutePath();
        for (String part : List.of("home", "mnesia", "log")) {
            Files.createDirectories(folder.resolve(part));
        }
        Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
        Files.writeString(folder.resolve("inetrc"), NAMES);
        Files.writeString(folder.resolve(DEFINITIONS), definitions.json());
        return new RabbitFolder(folder, tls);
    }

    /** Starts a program in the node's environment and nothing else of ours; its output goes to {@code <name>.out}. */
    Process start(PrivatePorts ports, String name, List<String> command) throws IOException {
        Files.writeString(path.resolve("rabbitmq.conf"), settings(ports));
        var builder = new ProcessBuilder(command)
                .directory(path.toFile())
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(Redirect.appendTo(output(name).toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment(ports));
        return builder.start();
    }

    private String settings(PrivatePorts ports) {
        return """
            listeners.tcp.1 = 127.0.0.1:%d
            log.file.level = info
            # A test folder may be on a small file system, and shares the memory with guests.
            disk_free_limit.absolute = 50MB
            vm_memory_high_watermark.absolute = 400MB
            raft.wal_max_size_bytes = 16777216
            load_definitions = %s
            """.formatted(ports.amqp(), file(DEFINITIONS)) + (tls == null ? "" : tls.settings(ports.amqps()));
    }

    private Map<String, String> environment(PrivatePorts ports) {
        return Map.ofEntries(
                Map.entry("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"),
                Map.entry("LANG", "C.UTF-8"),
                // The Erlang cookie lies in the home folder.
                Map.entry("HOME", file("home")),
                Map.entry("ERL_INETRC", file("inetrc")),
                Map.entry("ERL_EPMD_PORT", Integer.toString(ports.epmd())),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                // Lets the start script become the node, so that its pid is the one we know.
                Map.entry("detached", "true"),
                Map.entry("RABBITMQ_NODENAME", "drover" + ports.amqp() + "@localhost"),
                Map.entry("RABBITMQ_DIST_PORT", Integer.toString(ports.distribution())),
                Map.entry("RABBITMQ_CONF_ENV_FILE", file("rabbitmq-env.conf")),
                Map.entry("RABBITMQ_CONFIG_FILE", file("rabbitmq.conf")),
                Map.entry("RABBITMQ_ADVANCED_CONFIG_FILE", file("advanced.config")),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", file("enabled_plugins")),
                Map.entry("RABBITMQ_MNESIA_BASE", file("mnesia")),
                Map.entry("RABBITMQ_LOG_BASE", file("log")),
                Map.entry("RABBITMQ_GENERATED_CONFIG_DIR", file("config")),
                Map.entry("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", ERLANG_ARGUMENTS));
    }

    private String file(String name) {
        return path.resolve(name).toString();
    }

    private Path output(String name) {
        return path.resolve(name + ".out");
    }

    /** The last lines a program wrote. */
    String tail(String name, int lines) throws IOException {
        return LogTail.of(output(name), lines);
    }
}
