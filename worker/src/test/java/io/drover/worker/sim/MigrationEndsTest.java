package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;
import io.drover.messages.evidence.CheckedVm;
import io.drover.messages.evidence.ComparedImages;
import io.drover.messages.evidence.CompletedSwitchover;
import io.drover.messages.evidence.ConnectedDestination;
import io.drover.messages.evidence.CopiedImages;
import io.drover.messages.evidence.EvidenceRecords;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.messages.evidence.OpenedDisks;
import io.drover.messages.evidence.PreparedDestination;
import io.drover.messages.evidence.ReplicatedDisks;
import io.drover.messages.evidence.ResumedDestination;
import io.drover.messages.evidence.RetiredSource;
import io.drover.messages.evidence.SentRest;
import io.drover.messages.evidence.VerifiedCopy;
import io.drover.messages.evidence.disk.CopyComparison.Compared;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimBlockMap;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimImage;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a migration ends when one thing is wrong, and what it says then. Nothing else breaks. */
class MigrationEndsTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private SimWorld world = new SimWorld(1);
    private SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private SimHost source = fleet.addHost("host-a");
    private SimHost destination = fleet.addHost("host-b");
    private VmId vm = fleet.addVm("vm-1", 1, source);

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @Test
    void completes() {
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(row.journal(source.id()).values())
                .allMatch(entry -> entry.doneAt() != null && entry.evidence() != null);
        assertThat(row.journal(source.id()).keySet())
                .containsExactly(
                        CheckedVm.STEP,
                        ConnectedDestination.STEP,
                        PreparedDestination.STEP,
                        OpenedDisks.STEP,
                        ReplicatedDisks.STEP,
                        MigratedMemory.STEP,
                        SentRest.STEP,
                        CompletedSwitchover.STEP,
                        GivenOwnership.STEP,
                        ResumedDestination.STEP,
                        VerifiedCopy.STEP,
                        RetiredSource.STEP);
        var verified = Objects.requireNonNull(row.journal(source.id()).get(VerifiedCopy.STEP));
        var evidence = EvidenceRecords.read(VerifiedCopy.class, verified.step(), verified.evidence());
        assertThat(evidence.orElseThrow().disks().values()).isNotEmpty().allMatch(Compared.class::isInstance);
        assertThat(source.images.keySet()).allMatch(name -> name.endsWith(".retired-" + ID));
        assertThat(source.images.values()).allMatch(image -> image.readOnly);
        assertThat(counted(MigrationState.COMPLETED)).isEqualTo(1);
        assertThat(fleet.meters().find("drover.migration.rollbacks").counters()).allMatch(each -> each.count() == 0);
        var pause = fleet.meters().get("drover.migration.pause");
        assertThat(pause.tag("resumed_at", "destination").summary().count()).isEqualTo(1);
        var copied = fleet.meters().get("drover.migration.copied");
        assertThat(copied.tag("kind", "disk").counter().count()).isPositive();
    }

    private void expectRolledBack(String cause) {
        assertThat(fleet.meters().find("drover.migration.rollbacks").counters())
                .filteredOn(each -> each.count() > 0)
                .singleElement()
                .satisfies(each -> {
                    assertThat(each.getId().getTag("cause")).isEqualTo(cause);
                    assertThat(each.count()).isEqualTo(1);
                });
    }

    @Test
    void missingDiskIsRejectedByName() {
        source.images.remove("vm-1-swap.raw");
        expectRejected("disk swap: image vm-1-swap.raw does not exist");
    }

    @Test
    void readOnlyDiskIsRejectedByName() {
        image("vm-1-data.raw").readOnly = true;
        expectRejected("disk data: image vm-1-data.raw is read-only");
    }

    @Test
    @Tag("attack")
    @DisplayName("F3: what lies above a disk is refused before a byte is sent")
    void aForeignPartIsRejectedByName() {
        source.processes.values().forEach(process -> process.foreignParts = List.of("disk data: node ovl", "job j"));
        expectRejected("disk data: node ovl; job j");
    }

    @ParameterizedTest
    @Tag("attack")
    @DisplayName("F3: what is laid above a disk during the copy is found before the give")
    @EnumSource(names = {"REPLICATING", "SWITCHING"})
    void aForeignPartThatComesLaterTurnsTheMoveBack(MigrationState when) {
        at(when, row -> source.processes.values().forEach(process -> process.foreignParts = List.of("job j")));
        var invariants = new Invariants(fleet);
        MigrationRow row = migrate("pre-copy", null, invariants::settled);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).contains("the VM was changed while it was copied: job j");
        assertThat(source.processes.values()).allMatch(SimProcess::running).hasSize(1);
    }

    @Test
    void stoppedVmIsRejected() {
        source.processes.values().forEach(SimProcess::powerOff);
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.reason).isEqualTo("vm: vm-1 is shut_down, only a running VM is migrated live");
        assertThat(row.state).isEqualTo(MigrationState.REJECTED);
    }

    @Test
    void stoppedVmGoesAndStaysStopped() {
        stop();
        MigrationRow row = migrate("pre-copy", null, new Invariants(fleet)::settled);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(row.journal(source.id()).keySet())
                .containsExactly(
                        CheckedVm.STEP,
                        ConnectedDestination.STEP,
                        PreparedDestination.STEP,
                        CopiedImages.STEP,
                        ComparedImages.STEP,
                        GivenOwnership.STEP,
                        ResumedDestination.STEP,
                        RetiredSource.STEP);
        assertThat(source.images.keySet()).allMatch(name -> name.endsWith(".retired-" + ID));
        assertThat(destination.processes).isEmpty();
        assertThat(fleet.database().vm(vm).power).isEqualTo(Power.STOPPED);
        new Invariants(fleet).checkEnd();
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLICATING", "SWITCHING", "RESUMING", "FINISHING"})
    void startWantedOnTheWayIsHonouredWhereItArrives(MigrationState when) {
        stop();
        at(when, row -> fleet.database().vm(vm).wanted = Power.RUNNING);
        var invariants = new Invariants(fleet);
        MigrationRow row = migrate("pre-copy", null, invariants::settled);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(destination.processes.values()).allMatch(SimProcess::running).hasSize(1);
        invariants.checkEnd();
    }

    @Test
    void differentCopyOfAStoppedVmTurnsBack() {
        stop();
        spoilWhenCopied();
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).startsWith("compare-images: disk data arrived with 1 blocks that differ");
        expectRolledBack("verification");
        assertThat(destination.images).isEmpty();
        assertThat(source.images.keySet()).isEqualTo(Set.of("vm-1-data.raw", "vm-1-swap.raw"));
    }

    @Test
    void cancelOfAStoppedVmLeavesItWhereItIs() {
        stop();
        at(MigrationState.REPLICATING, row -> fleet.database().cancel(ID));
        assertThat(migrate("pre-copy", null).state).isEqualTo(MigrationState.CANCELLED);
        assertThat(destination.images).isEmpty();
        assertThat(source.images.values()).noneMatch(SimImage::locked);
    }

    /** As its owner wanted: with no process left. */
    private void stop() {
        fleet.database().vm(vm).wanted = Power.STOPPED;
        List.copyOf(source.processes.values()).forEach(SimProcess::die);
    }

    /** After the last block and before the comparison. */
    private void spoilWhenCopied() {
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            SimImage image = destination.images.get("vm-1-data.raw");
            if (row != null && image != null && row.journal(source.id()).containsKey(ComparedImages.STEP)) {
                image.write(3, -1);
            }
        });
    }

    @Test
    @Tag("attack")
    @DisplayName("K22: a pull that was complete when the source's worker ended is ended by the next worker")
    void aCompletePullIsEndedByTheNextAttempt() {
        boolean[] died = new boolean[1];
        world.check(() -> {
            boolean complete = !destination.maps.isEmpty()
                    && destination.maps.values().stream().allMatch(map -> map.phase == SimBlockMap.Phase.COMPLETE);
            if (complete && !died[0] && fleet.database().state(ID) == MigrationState.PULLING) {
                died[0] = true;
                fleet.killWorker(source);
                world.later(Duration.ofSeconds(1), () -> fleet.startWorker(source));
            }
        });
        MigrationRow row = migrate("post-copy", null);
        assertThat(died).containsExactly(true);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
    }

    @Test
    void unknownAlgorithmIsRejectedWithTheKnownOnes() {
        MigrationRow row = migrate("teleport", null);
        assertThat(row.state).isEqualTo(MigrationState.REJECTED);
        assertThat(row.reason)
                .isEqualTo(
                        "algorithm: 'teleport' for disk data is unknown; known are auto, hybrid, post-copy, pre-copy,"
                                + " stop-and-copy");
    }

    @Test
    void unreachableDestinationIsRejected() {
        fleet.killWorker(destination);
        expectRejected("destination: the worker of host-b is not reachable at host-b: connection refused");
    }

    @Test
    void takenImageNameIsRejected() {
        destination.images.put("vm-1-data.raw", new SimImage(512, null));
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).isEqualTo(MigrationState.REJECTED);
        assertThat(row.reason)
                .isEqualTo("host-b: image: vm-1-data.raw exists on this host already and belongs to something else");
        assertThat(destination.processes).isEmpty();
        assertThat(destination.images).hasSize(1);
    }

    @Test
    void destinationWithoutSpaceRefuses() {
        // Beneath the reserve: a guest that has written nothing yet would fit into nothing.
        destination.imagesFreeBytes = -1;
        expectRefusedByDestination("space: the disks occupy", "this host has 0 left for images");
    }

    @Test
    void destinationWithoutMemoryRefuses() {
        fleet.killWorker(destination);
        destination.memoryBytes = 32L << 20;
        fleet.startWorker(destination);
        expectRefusedByDestination("memory: vm-1 needs 67108864 bytes", "33554432 left");
    }

    @Test
    void destinationWithAnotherQemuRefuses() {
        HypervisorFacts here = source.facts;
        destination.facts =
                new HypervisorFacts("QEMU 9.9.9", here.accelerator(), here.machineTypes(), here.cpuModels());
        expectRefusedByDestination("hypervisor: this host runs QEMU 9.9.9", here.version());
    }

    @Test
    void destinationWithoutTheMachineTypeRefuses() {
        HypervisorFacts here = source.facts;
        destination.facts =
                new HypervisorFacts(here.version(), here.accelerator(), Set.of("pc-q35-1.0"), here.cpuModels());
        expectRefusedByDestination("machine:", "pc-q35-7.2");
    }

    @Test
    void destinationWithoutTheNetworkRefuses() {
        destination.notOffered = "network card 0: network lan is not offered by this host: add it to qemu.networks";
        expectRefusedByDestination("network card 0: network lan", "add it to qemu.networks");
    }

    private void expectRefusedByDestination(String... words) {
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.REJECTED);
        assertThat(row.reason).startsWith("host-b: ").contains(words);
        expectUntouched();
    }

    @Test
    void deadlineTurnsBack() {
        MigrationRow row = migrate("pre-copy", Instant.parse("2026-01-01T00:00:00.300Z"));
        assertThat(row.state).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).contains("the deadline 2026-01-01T00:00:00.300Z passed");
        expectRolledBack("deadline");
        expectUntouched();
    }

    @Test
    void guestThatPowersOffTurnsBack() {
        at(MigrationState.REPLICATING, row -> source.processes.values().forEach(SimProcess::powerOff));
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason).isEqualTo("the guest powered off during the migration");
        expectRolledBack("guest");
        assertThat(destination.images).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"PREPARING", "REPLICATING", "SWITCHING"})
    void cancelBeforeTheGiveLeavesTheGuestWhereItIs(MigrationState when) {
        at(when, row -> fleet.database().cancel(ID));
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.CANCELLED);
        assertThat(row.reason).isEqualTo("cancelled by request");
        expectRolledBack("cancelled");
        expectUntouched();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESUMING", "FINISHING"})
    void cancelAfterTheGiveIsTooLate(MigrationState when) {
        at(when, row -> fleet.database().cancel(ID));
        assertThat(migrate("pre-copy", null).state).isEqualTo(MigrationState.COMPLETED);
    }

    @Test
    void differentCopyStrandsAndKeepsBoth() {
        at(MigrationState.FINISHING, row -> {
            SimImage frozen = image("vm-1-data.raw");
            for (int i = 0; i < frozen.count(); i++) {
                frozen.write(i, -1);
            }
        });
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.state).isEqualTo(MigrationState.STRANDED);
        assertThat(counted(MigrationState.STRANDED)).isEqualTo(1);
        assertThat(row.reason).contains("disk data differs between host-a and host-b");
        assertThat(source.images).containsKey("vm-1-data.raw");
        assertThat(destination.processes).containsKey(vm);
    }

    @Test
    @Tag("attack")
    @DisplayName("O1: why a migration is tried again in finishing stands in its row until it goes on")
    void whatKeepsAMigrationFromFinishingIsInItsRow() {
        var said = new ArrayList<Trouble>();
        at(MigrationState.FINISHING, row -> {
            source.imagesClosed = "images.folder: permission denied for user drover";
            world.later(Duration.ofSeconds(30), () -> {
                said.add(Objects.requireNonNull(row.trouble));
                source.imagesClosed = null;
            });
        });
        MigrationRow row = migrate("pre-copy", null);
        assertThat(said)
                .extracting(Trouble::reason)
                .containsExactly("retire-source: images.folder: permission denied for user drover");
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(row.trouble).isNull();
    }

    private void expectRejected(String reason) {
        MigrationRow row = migrate("pre-copy", null);
        assertThat(row.reason).isEqualTo(reason);
        assertThat(row.state).isEqualTo(MigrationState.REJECTED);
        assertThat(source.processes.values()).allMatch(SimProcess::running);
        assertThat(destination.images).isEmpty();
    }

    private void expectUntouched() {
        assertThat(source.processes.values()).allMatch(SimProcess::running);
        assertThat(source.images.keySet()).isEqualTo(Set.of("vm-1-data.raw", "vm-1-swap.raw"));
        assertThat(destination.images).isEmpty();
        assertThat(destination.processes).isEmpty();
        assertThat(destination.records).isEmpty();
    }

    private SimImage image(String name) {
        SimImage image = source.images.get(name);
        if (image == null) {
            throw new IllegalArgumentException(name);
        }
        return image;
    }

    private void at(MigrationState state, Consumer<MigrationRow> action) {
        boolean[] done = new boolean[1];
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            if (row != null && row.state == state && !done[0]) {
                done[0] = true;
                action.accept(row);
            }
        });
    }

    private MigrationRow migrate(String algorithm, @Nullable Instant deadline) {
        return migrate(algorithm, deadline, () -> fleet.hosts().stream().allMatch(host -> host.records.isEmpty()));
    }

    private MigrationRow migrate(String algorithm, @Nullable Instant deadline, BooleanSupplier atRest) {
        var task = new MigrationTask(
                ID, vm, source.id(), destination.id(), algorithm, Map.<DiskId, String>of(), deadline, "because");
        assertThat(fleet.database().submit(task)).isTrue();
        MigrationRow row = fleet.database().row(ID);
        var invariants = new Invariants(fleet);
        world.check(invariants::check);
        world.run(
                Duration.ofMinutes(5),
                () -> (row.state == MigrationState.STRANDED || (row.state.terminal() && atRest.getAsBoolean()))
                        && counted(row.state) > 0);
        return row;
    }

    /** The worker counts an end when it has heard that the database took it. */
    private double counted(MigrationState state) {
        return fleet.meters()
                .get("drover.migrations.ended")
                .tag("state", state.wireName())
                .counter()
                .count();
    }
}
