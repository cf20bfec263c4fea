package io.drover.bench.lab;

import io.drover.demo.ChildProcess;
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

/** PostgreSQL, RabbitMQ, a scheduler that balances nothing, and one worker in each host's namespace. */
final class BenchFleet {
    private static final String PASSWORD = "bench";
    private static final int HTTP_PORT = 7070;
    private static final long MEBIBYTE = 1 << 20;
    private static final int HEAP_MEGABYTES = 512;

    private final DemoFolders folders;
    private final FleetServices services;
    private final Path bootFolder;
    private final List<ChildProcess> workers = new ArrayList<>();

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
        ChildProcess scheduler = fleet.launch(List.of(), "scheduler", "scheduler", fleet.schedulerKeys());
        ending.add(scheduler::stop);
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

    private ChildProcess worker(HostId id, HostNetwork.Host host, long bitsPerSecond) throws IOException {
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
        for (ChildProcess worker : workers) {
            worker.stop();
        }
        workers.clear();
    }

    private Map<String, String> schedulerKeys() {
        Map<String, String> keys = services.schedulerKeys("bench", HTTP_PORT);
        keys.put("balance.mode", "off");
        return keys;
    }

    /** With a heap of the size that is recommended. */
    private ChildProcess launch(List<String> prefix, String program, String name, Map<String, String> keys)
            throws IOException {
        Path config = folders.config(name);
        Files.write(
                config,
                keys.entrySet().stream()
                        .map(key -> key.getKey() + " = " + key.getValue())
                        .toList());
        return ChildProcess.drover(
                prefix,
                folders.logs().resolve(name + ".log"),
                HEAP_MEGABYTES,
                List.of(program, "--config", config.toString()));
    }
}
