package io.drover.bench.lab;

import io.drover.demo.DemoFolders;
import io.drover.demo.FleetServices;
import io.drover.demo.Teardown;
import io.drover.messages.HostId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** PostgreSQL, RabbitMQ, a scheduler that balances nothing, and one worker in each host's namespace. */
final class BenchFleet {
    private static final String PASSWORD = "bench";
    private static final int HTTP_PORT = 7070;
    private static final long MEBIBYTE = 1 << 20;
    private static final int STOP_SECONDS = 20;

    private final DemoFolders folders;
    private final FleetServices services;
    private final Path bootFolder;
    private final List<Process> workers = new ArrayList<>();

    private BenchFleet(DemoFolders folders, Path bootFolder, FleetServices services) {
        this.bootFolder = bootFolder;
        this.folders = folders;
        this.services = services;
    }

    /** Starts everything but the workers. To be called when the network's addresses are as they stay. */
    static BenchFleet start(DemoFolders folders, Path bootFolder, Teardown ending)
            throws IOException, InterruptedException {
        FleetServices services = FleetServices.start(folders, List.of(Lab.SOURCE, Lab.DESTINATION), PASSWORD, ending);
        var fleet = new BenchFleet(folders, bootFolder, services);
        Process scheduler = fleet.launch(List.of(), "scheduler", "scheduler", fleet.schedulerKeys());
        ending.add(() -> stop(scheduler));
        ending.add(fleet::stopWorkers);
        return fleet;
    }

    URI api() {
        return URI.create("http://127.0.0.1:" + HTTP_PORT);
    }

    /** Starts both workers inside these hosts, their limit the link's own rate. */
    void startWorkers(HostNetwork network, long bitsPerSecond) throws IOException {
        workers.add(worker(Lab.SOURCE, network.source(), bitsPerSecond));
        workers.add(worker(Lab.DESTINATION, network.destination(), bitsPerSecond));
    }

    private Process worker(HostId id, HostNetwork.Host host, long bitsPerSecond) throws IOException {
        Map<String, String> keys = services.workerKeys(id, host.address(), bootFolder);
        // Bare, as QEMU's own mirrors are here: what is compared is how they copy.
        keys.put("peer.encryption", "off");
        // A host's namespace has its own address alone.
        keys.put("monitoring.address", "none");
        keys.put("capacity.memory_bytes", Long.toString(2048 * MEBIBYTE));
        keys.put("link.bytes_per_second", Long.toString(bitsPerSecond / Byte.SIZE));
        keys.put("qemu.accelerator", "tcg");
        return launch(host.prefix(), "worker", id.value(), keys);
    }

    void stopWorkers() throws InterruptedException {
        for (Process worker : workers) {
            stop(worker);
        }
        workers.clear();
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Map<String, String> schedulerKeys() {
        Map<String, String> keys = services.schedulerKeys("bench", HTTP_PORT);
        keys.put("balance.mode", "off");
        return keys;
    }

    /** As in production: the JVM's own choice of compilers and collector, a heap of the size that is recommended. */
    private Process launch(List<String> prefix, String program, String name, Map<String, String> keys)
            throws IOException {
        Path config = folders.config(name);
        Files.write(
                config,
                keys.entrySet().stream()
                        .map(key -> key.getKey() + " = " + key.getValue())
                        .toList());
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.drover.cli.Drover",
                program,
                "--config",
                config.toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folders.logs().resolve(name + ".log").toFile()))
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
    }
}
