package io.drover.bench;

import io.drover.bench.lab.Lab;
import io.drover.bench.trial.BenchCase;
import io.drover.bench.trial.Variant;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.testbed.evidence.ConsoleLine;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.ConsoleRecording;
import io.drover.testbed.evidence.Heartbeat;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The guest of one run, with a recorder of its console on each host. */
final class BenchGuest implements AutoCloseable {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(10);
    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);
    /** What is judged is who ran and what it found; how fast it beat is a figure of the run. */
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(0.1, Duration.ofMinutes(5).toNanos());

    private static final Pattern SWAP_USED = Pattern.compile("swap_used_kib=(\\d+)");

    private final Lab lab;
    private final VmDefinition definition;
    private final Manifest manifest;
    private final ConsoleRecorder source;
    private final ConsoleRecorder destination;

    private BenchGuest(
            Lab lab, VmDefinition definition, Manifest manifest, ConsoleRecorder source, ConsoleRecorder destination) {
        this.lab = lab;
        this.definition = definition;
        this.manifest = manifest;
        this.source = source;
        this.destination = destination;
    }

    /** Makes its images at its home and listens to both consoles; it does not run yet. */
    static BenchGuest make(Lab lab, BenchCase situation, Variant contender, String name, HostId home)
            throws IOException, InterruptedException {
        var definition = swapAsAsked(
                contender,
                lab.guests()
                        .define(
                                new VmId(UUID.randomUUID()),
                                name,
                                situation.size(),
                                situation.load(),
                                situation.stream()));
        Manifest manifest = lab.guests()
                .createImages(
                        definition,
                        situation.size(),
                        situation.content(),
                        lab.folders().images(home));
        return new BenchGuest(
                lab,
                definition,
                manifest,
                recorder(lab, definition, Lab.SOURCE),
                recorder(lab, definition, Lab.DESTINATION));
    }

    private static VmDefinition swapAsAsked(Variant contender, VmDefinition vm) {
        if (!(contender instanceof Variant.Drover drover) || !drover.swapAsData()) {
            return vm;
        }
        return withDisks(
                vm,
                vm.disks().stream()
                        .map(disk -> new DiskDefinition(disk.id(), DiskRole.DATA, disk.image()))
                        .toList());
    }

    /** The same VM with other disks. */
    static VmDefinition withDisks(VmDefinition vm, List<DiskDefinition> disks) {
        return new VmDefinition(
                vm.id(),
                vm.name(),
                vm.vcpus(),
                vm.memoryBytes(),
                vm.machine(),
                vm.cpuModel(),
                vm.networkCards(),
                vm.boot(),
                disks);
    }

    private static ConsoleRecorder recorder(Lab lab, VmDefinition definition, HostId host) {
        Path socket = runFolder(lab, definition, host).resolve("console.sock");
        return ConsoleRecorder.start(host.value(), socket, lab.clock());
    }

    private static Path runFolder(Lab lab, VmDefinition definition, HostId host) {
        return lab.folders().run(host).resolve(definition.id().toString());
    }

    VmDefinition definition() {
        return definition;
    }

    /** Its folder on this host: sockets and pid. */
    Path runFolder(HostId host) {
        return runFolder(lab, definition, host);
    }

    /** The process on this host. */
    long pid(HostId host) throws IOException {
        return Long.parseLong(
                Files.readString(runFolder(host).resolve("qemu.pid")).strip());
    }

    void awaitReady() throws IOException, InterruptedException {
        if (source.awaitLine("READY", BOOT_LIMIT).isEmpty()) {
            throw new IOException(
                    "the guest did not come up in " + BOOT_LIMIT.toSeconds() + " s; see " + runFolder(Lab.SOURCE));
        }
    }

    /** Bytes of swap that a process had in use before it ended; what the case asks for, or the case is another one. */
    long filledSwapBytes(int askedMib) throws IOException {
        String filled = source.recording().lines().stream()
                .map(ConsoleLine::text)
                .filter(line -> line.startsWith("FILLED"))
                .findFirst()
                .orElse("no line FILLED");
        long bytes = swapUsed(filled);
        if (bytes < (long) askedMib << 20) {
            throw new IOException("of " + askedMib + " MiB of swap only this was filled: " + filled);
        }
        return bytes;
    }

    /** Blocks count as not written from here on. */
    void mark() throws IOException, InterruptedException {
        source.ask("mark", "MARKED", ANSWER_LIMIT);
    }

    /** When the destination's first heartbeat came. */
    OptionalLong arrivedAtNanos() {
        return destination.recording().lines().stream()
                .filter(line -> Heartbeat.parse(line.text()).isPresent())
                .mapToLong(ConsoleLine::atNanos)
                .findFirst();
    }

    List<ConsoleRecording> recordings() {
        return List.of(source.recording(), destination.recording());
    }

    HeartbeatEvidence heartbeats() {
        return HeartbeatEvidence.of(definition.name(), LIMITS, recordings());
    }

    /** Ends the load and has the guest read all that it wrote; returns its answer. */
    String check() throws IOException, InterruptedException {
        destination.ask("stream 0", "OK stream", ANSWER_LIMIT);
        return destination.ask("check", "CHECKED", ANSWER_LIMIT).text();
    }

    /** Bytes of swap slots in use, as the guest at the destination counts them. */
    long liveSwapBytes() throws IOException, InterruptedException {
        return swapUsed(destination.ask("status", "STATUS", ANSWER_LIMIT).text());
    }

    private static long swapUsed(String said) throws IOException {
        Matcher used = SWAP_USED.matcher(said);
        if (!used.find()) {
            throw new IOException("the guest does not say how much swap it uses: " + said);
        }
        return Long.parseLong(used.group(1)) << 10;
    }

    /** Where a disk's image is on this host. */
    Path image(DiskId disk, HostId host) {
        return Guests.imageOf(definition, disk, lab.folders().images(host));
    }

    /** File system and files at the destination, once the guest is shut down. */
    ImageCheck checkImage() throws IOException, InterruptedException {
        Path image = Guests.imageOf(definition, Guests.DATA, lab.folders().images(Lab.DESTINATION));
        return ImageCheck.of(image, manifest, lab.folders().root());
    }

    /** Removes its images, retired ones included, from both hosts. */
    void removeImages() throws IOException {
        for (HostId host : List.of(Lab.SOURCE, Lab.DESTINATION)) {
            try (var images = Files.newDirectoryStream(lab.folders().images(host), definition.name() + "-*")) {
                for (Path image : images) {
                    Files.delete(image);
                }
            }
        }
    }

    @Override
    public void close() {
        source.close();
        destination.close();
    }
}
