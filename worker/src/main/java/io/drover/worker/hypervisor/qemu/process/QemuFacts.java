package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.qmp.QmpClient;
import io.drover.worker.qmp.QmpConnectionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** Finds out what the installed QEMU is and how it runs guests here. */
public record QemuFacts(QemuConfig config, Wait deadline, Clock clock) {
    private static final Logger LOG = LoggerFactory.getLogger(QemuFacts.class);
    private static final Pattern VERSIONED = Pattern.compile(".*-\\d+\\.\\d+(\\.\\d+)?");
    private static final Path KVM = Path.of("/dev/kvm");
    /** Starting a process takes this long on a busy machine, whatever runs in it. */
    private static final Duration NOISE = Duration.ofSeconds(1);

    public HypervisorFacts find() throws IOException, InterruptedException {
        String accelerator = accelerator();
        Path folder = Files.createTempDirectory("drover-qemu");
        Path socket = folder.resolve("qmp.sock");
        try {
            return find(socket, accelerator);
        } finally {
            Files.deleteIfExists(socket);
            Files.delete(folder);
        }
    }

    private HypervisorFacts find(Path socket, String accelerator) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        config.binary().toString(),
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-S",
                        "-machine",
                        "none",
                        "-accel",
                        "tcg",
                        "-qmp",
                        "unix:" + socket + ",server=on,wait=off")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (QmpClient client = connect(socket, process)) {
            return ask(client, accelerator);
        } finally {
            process.destroyForcibly().waitFor(config.limits().quit().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /**
     * Connects as soon as QEMU listens. No other connection tries that out first: QEMU 7.2 resets a client that comes while
     * another leaves.
     */
    private QmpClient connect(Path socket, Process process) throws IOException, InterruptedException {
        Duration limit = config.limits().start();
        return deadline.within(limit)
                .answer(() -> connection(socket, process), Optional::isPresent)
                .orElseThrow(
                        () -> new IOException("the monitor of " + config.binary() + " did not come within " + limit));
    }

    private Optional<QmpClient> connection(Path socket, Process process) throws IOException, InterruptedException {
        if (!process.isAlive()) {
            throw new IOException(config.binary() + " ended with " + process.exitValue());
        }
        try {
            return Optional.of(QmpClient.connect(socket, config.limits().command()));
        } catch (QmpConnectionException e) {
            LOG.debug("{}: {}", socket, e.toString());
            return Optional.empty();
        }
    }

    private HypervisorFacts ask(QmpClient client, String accelerator) throws IOException, InterruptedException {
        Duration limit = config.limits().command();
        Set<String> machines = names(client.execute("query-machines", Map.of(), limit));
        machines.removeIf(name -> !VERSIONED.matcher(name).matches());
        Set<String> models = names(client.execute("query-cpu-definitions", Map.of(), limit));
        if (!accelerator.equals("kvm")) {
            models.remove("host");
        }
        return new HypervisorFacts("QEMU " + client.qemuVersion(), accelerator, machines, models);
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new TreeSet<>();
        for (JsonNode entry : list) {
            names.add(entry.path("name").asString(""));
        }
        return names;
    }

    private String accelerator() throws IOException, InterruptedException {
        if (config.accelerator().equals("tcg")) {
            return "tcg";
        }
        String finding = Files.isWritable(KVM) ? findingOfKvm() : "there is no " + KVM + " to write to";
        if (finding.isEmpty()) {
            return "kvm";
        }
        if (config.accelerator().equals("kvm")) {
            throw new IOException("accelerator: kvm is demanded, but " + finding);
        }
        LOG.warn("{}: guests run with tcg, which is many times slower", finding);
        return "tcg";
    }

    /**
     * Why guests should not run with kvm; empty when they should. An accelerator that is slower than none is broken: under
     * some nested hypervisors the firmware takes 5 s with kvm and 0.1 s with tcg, and a kernel never comes up.
     */
    private String findingOfKvm() throws IOException, InterruptedException {
        Optional<Duration> emulated = probe(config.limits().probe()).bootTime("tcg");
        Duration limit = emulated.map(time -> time.multipliedBy(2).plus(NOISE))
                .orElse(config.limits().probe());
        boolean boots = probe(limit).bootTime("kvm").isPresent();
        return boots ? "" : "a guest does not boot with kvm within " + limit.toMillis() + " ms, as it does without";
    }

    private AcceleratorProbe probe(Duration limit) {
        return new AcceleratorProbe(config.binary(), limit, clock);
    }
}
