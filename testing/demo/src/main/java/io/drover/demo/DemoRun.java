package io.drover.demo;

import io.drover.messages.DiskDefinition;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.VmDocument.Power;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.ImageCheck;
import io.drover.testbed.guest.WitnessLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The scenario: boot, overload, decision, migration, comparison with QEMU's mirror, shutdown. */
final class DemoRun {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration HOSTS_LIMIT = Duration.ofMinutes(2);
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);
    private static final Duration DECISION_LIMIT = Duration.ofMinutes(2);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);
    private static final Duration SETTLE_LIMIT = Duration.ofMinutes(1);
    /** Heartbeats a guest must have sent before it counts as booted: its memory is filled and it swaps. */
    private static final long HEARTBEATS_AT_START = 100;
    /** Twenty a second is what a pause is measured by; no gap of a live migration may come near five seconds. */
    private static final HeartbeatLimits LIMITS =
            new HeartbeatLimits(20, Duration.ofSeconds(5).toNanos());

    private final DemoFolders folders;
    private final List<DemoHost> hosts;
    private final SchedulerApi api;
    private final SchedulerStore database;
    private final Narrator narrator;
    private final Clock clock;
    private final List<DemoGuest> guests = new ArrayList<>();
    private final Map<MigrationId, Long> wireBytes = new LinkedHashMap<>();

    DemoRun(Stage stage, Narrator narrator, Clock clock) {
        this.folders = stage.folders();
        this.hosts = stage.hosts();
        this.api = stage.api();
        this.database = stage.database();
        this.narrator = narrator;
        this.clock = clock;
    }

    /** What the scenario plays on. */
    record Stage(DemoFolders folders, List<DemoHost> hosts, SchedulerApi api, SchedulerStore database) {}

    List<DemoGuest> guests() {
        return guests;
    }

    /** Waits until every worker has registered its host: each finds out first what its hypervisor can do. */
    void awaitHosts() throws IOException, InterruptedException {
        if (!new Wait(clock, HOSTS_LIMIT, POLL).until(() -> api.hosts().size() >= hosts.size())) {
            throw new IOException("only " + api.hosts().size() + " of " + hosts.size() + " workers registered; see "
                    + folders.logs());
        }
        narrator.say(
                hosts.size() + " hosts are ready: " + api.hosts().getFirst().hypervisor());
    }

    /** Defines the guests, starts them and waits until each beats. */
    void boot(Guests factory) throws IOException, InterruptedException {
        HostId first = hosts.getFirst().id();
        HostId second = hosts.get(1).id();
        add(factory, "web", first, WitnessLoad.DEMO.withLoadPercent(30));
        add(factory, "shop", first, WitnessLoad.DEMO.withLoadPercent(30));
        add(factory, "mail", second, WitnessLoad.DEMO);
        for (DemoGuest guest : guests) {
            api.define(guest.definition(), guest.home());
            record(guest, guest.home());
            api.start(guest.name());
        }
        for (DemoGuest guest : guests) {
            if (!new Wait(clock, BOOT_LIMIT, POLL).until(() -> guest.heartbeats() >= HEARTBEATS_AT_START)) {
                throw new IOException(guest.name() + " sent " + guest.heartbeats() + " heartbeats in "
                        + BOOT_LIMIT.toSeconds() + " s; see " + folders.run(guest.home()));
            }
            narrator.say(guest.name() + " runs on " + guest.home());
        }
    }

    /** Waits for the balancer's decision and says it. */
    DecisionDocument awaitDecision() throws IOException, InterruptedException {
        DecisionDocument decision = new Wait(clock, DECISION_LIMIT, POLL)
                .answer(this::decided, Optional::isPresent)
                .orElseThrow(() -> new IOException(
                        "the scheduler did not decide on a move within " + DECISION_LIMIT.toSeconds() + " s"));
        narrator.say("decision: " + decision.sentence());
        return decision;
    }

    private Optional<DecisionDocument> decided() throws IOException, InterruptedException {
        Optional<DecisionDocument> decided = api.decisions().stream()
                .filter(decision -> !decision.moves().isEmpty())
                .findFirst();
        return decided.isPresent() && isPosted(decided.get()) ? decided : Optional.empty();
    }

    /** A decision is on record before what follows from it. */
    private boolean isPosted(DecisionDocument decision) throws IOException, InterruptedException {
        MigrationId first = decision.moves().getFirst();
        return api.migrations().stream().anyMatch(view -> view.task().id().equals(first));
    }

    /** Follows a migration, recording the destination's console from before the guest can run there. */
    MigrationDocument follow(MigrationId id) throws IOException, InterruptedException {
        var task = api.migration(id).migration().task();
        record(guest(task.vm()), task.destination());
        return metered(id, task.destination());
    }

    private MigrationDocument metered(MigrationId id, HostId destination) throws IOException, InterruptedException {
        try (var meter = new WireMeter(address(destination), clock)) {
            MigrationDocument detail = new MigrationFollower(api, narrator, clock).untilCompleted(id);
            wireBytes.put(id, meter.bytes());
            return detail;
        }
    }

    /** What each migration put on the wire. */
    Map<MigrationId, Long> wireBytes() {
        return wireBytes;
    }

    private String address(HostId id) {
        return hosts.stream()
                .filter(host -> host.id().equals(id))
                .findFirst()
                .orElseThrow()
                .address();
    }

    /** Asks for one more move of the same guest, by QEMU's own mirror, to a host that has not run it. */
    MigrationDocument moveByMirror(MigrationDocument first) throws IOException, InterruptedException {
        DemoGuest guest = guest(first.migration().task().vm());
        HostId next = hosts.stream()
                .map(DemoHost::id)
                .filter(host -> !guest.recordedAt(host))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("three hosts are needed"));
        narrator.say("for comparison: " + guest.name() + " to " + next + " by QEMU's own mirror");
        record(guest, next);
        MigrationId id = api.migrate(guest.name(), next, "qemu-mirror", "comparison with QEMU's own mirror");
        return metered(id, next);
    }

    /** Loads when the decision fell and some samples after the move was over. */
    List<Evidence.HostLoadChange> loads(DecisionDocument decision, MigrationDocument move) throws InterruptedException {
        var over = move.migration().endedAt();
        if (over == null) {
            throw new IllegalStateException("a completed migration has an end");
        }
        var settled = over.plusSeconds(6);
        boolean _ = new Wait(clock, SETTLE_LIMIT, POLL)
                .until(() -> hosts.stream()
                        .allMatch(host -> load(host, settled, true).isPresent()));
        List<Evidence.HostLoadChange> changes = new ArrayList<>();
        for (DemoHost host : hosts) {
            double before = load(host, decision.at(), false).orElse(Double.NaN);
            double after = load(host, settled, true).orElse(Double.NaN);
            changes.add(new Evidence.HostLoadChange(host.id(), host.cpuCores(), before, after));
        }
        return changes;
    }

    /** Cores in use: the last report until {@code at}, or the first after it. */
    private Optional<Double> load(DemoHost host, Instant at, boolean after) {
        List<HostReport> reports = database.reports(at.minusSeconds(30)).stream()
                .filter(report -> report.host().equals(host.id()))
                .filter(report -> report.at().isAfter(at) == after)
                .toList();
        if (reports.isEmpty()) {
            return Optional.empty();
        }
        HostReport chosen = after ? reports.getFirst() : reports.getLast();
        return Optional.of(chosen.load().cpuCores());
    }

    List<HeartbeatEvidence> heartbeats() {
        return guests.stream()
                .map(guest -> HeartbeatEvidence.of(guest.name(), LIMITS, guest.recordings()))
                .toList();
    }

    /** What the moves left at their sources. */
    List<Evidence.RetiredCopy> retired(List<MigrationDocument> moves) throws IOException {
        List<Evidence.RetiredCopy> copies = new ArrayList<>();
        for (MigrationDocument move : moves) {
            MigrationTask task = move.migration().task();
            for (DiskDefinition disk : guest(task.vm()).definition().disks()) {
                copies.add(retired(task, disk.image()));
            }
        }
        return copies;
    }

    private Evidence.RetiredCopy retired(MigrationTask task, String image) throws IOException {
        Path images = folders.images(task.source());
        Path kept = images.resolve(image + ".retired-" + task.id());
        boolean readOnly = Files.exists(kept)
                && Files.getPosixFilePermissions(kept).stream()
                        .noneMatch(permission -> permission.name().endsWith("WRITE"));
        boolean vmGone = !new QemuProcesses(folders).alive(folders.run(task.source()), task.vm());
        return new Evidence.RetiredCopy(task.source(), image, readOnly, Files.exists(images.resolve(image)), vmGone);
    }

    /** Shuts every guest down from inside. */
    void shutDown() throws IOException, InterruptedException {
        for (DemoGuest guest : guests) {
            api.stop(guest.name());
        }
        for (DemoGuest guest : guests) {
            var wait = new Wait(clock, STOP_LIMIT, POLL);
            if (!wait.until(() -> api.vm(guest.name()).power() == Power.STOPPED)) {
                throw new IOException(guest.name() + " did not power off");
            }
        }
        narrator.say("the guests are shut down");
    }

    /** File system and manifest of each guest's data disk, where its owner holds it. */
    List<Evidence.DiskAtEnd> disksAtEnd() throws IOException, InterruptedException {
        List<Evidence.DiskAtEnd> disks = new ArrayList<>();
        for (DemoGuest guest : guests) {
            HostId owner = api.vm(guest.name()).owner();
            Path image = Guests.imageOf(guest.definition(), Guests.DATA, folders.images(owner));
            ImageCheck check = ImageCheck.of(image, guest.manifest(), folders.root());
            disks.add(new Evidence.DiskAtEnd(
                    guest.name(), owner, check.problems(), check.files(), check.fileSystemReport()));
        }
        return disks;
    }

    private void add(Guests factory, String name, HostId home, WitnessLoad load)
            throws IOException, InterruptedException {
        var definition = factory.define(new VmId(UUID.randomUUID()), name, GuestSize.DEMO, load);
        var manifest = factory.createImages(definition, GuestSize.DEMO, folders.images(home));
        guests.add(new DemoGuest(definition, manifest, home));
    }

    DemoGuest guest(VmId id) {
        return guests.stream()
                .filter(guest -> guest.definition().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private void record(DemoGuest guest, HostId host) {
        Path socket =
                folders.run(host).resolve(guest.definition().id().toString()).resolve("console.sock");
        guest.record(host, ConsoleRecorder.start(host.value(), socket, clock));
    }
}
