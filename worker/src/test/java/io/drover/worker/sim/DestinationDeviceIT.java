package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.memory.MigrationRow;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord.Power;
import io.drover.worker.image.TestImageStores;
import io.drover.worker.image.local.LocalImageStore;
import io.drover.worker.migration.destination.DestinationPorts;
import io.drover.worker.migration.destination.DestinationSettings;
import io.drover.worker.migration.destination.Destinations;
import io.drover.worker.ownership.VmLocks;
import io.drover.worker.peer.Destination.DiskNeed;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.pull.LocalPulledDisks;
import io.drover.worker.sim.control.SimCalls;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimStores;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimChecks;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimHypervisor;
import io.drover.worker.sim.host.SimMarks;
import io.drover.worker.sim.host.SimRecords;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real block device in the destination's images folder, which is another VM's; needs the right to make one. */
@Tag("attack")
final class DestinationDeviceIT {
    private static final String PRECIOUS = "PRECIOUS DATA OF VM-2 HERE";
    private static final int SIZE = 1 << 20;
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final DiskId DATA = new DiskId("data");

    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private String device = "";

    @TempDir
    Path folder;

    @BeforeEach
    void attach() throws Exception {
        Path backing = folder.resolve("backing");
        Files.write(
                backing,
                ByteBuffer.allocate(SIZE)
                        .put(PRECIOUS.getBytes(StandardCharsets.UTF_8))
                        .array());
        Process made = new ProcessBuilder("losetup", "--find", "--show", backing.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        Assumptions.assumeTrue(made.waitFor() == 0, "no loop device can be made here: " + said);
        device = said;
        Files.createSymbolicLink(folder.resolve("vm-2-device"), Path.of(device));
        destination.startWorker();
    }

    @AfterEach
    void detach() throws Exception {
        if (!device.isEmpty()) {
            Process gone = new ProcessBuilder("losetup", "--detach", device).start();
            assertThat(gone.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static VmDefinition vm(int number, String image) {
        return new VmDefinition(
                new VmId(new UUID(0, number)),
                "vm-" + number,
                1,
                64L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(new DiskDefinition(DATA, DiskRole.DATA, image)));
    }

    private void define(VmDefinition vm, SimHost owner) {
        var row = new VmRow(vm, owner.id());
        row.power = Power.STOPPED;
        row.wanted = Power.STOPPED;
        fleet.database().vms.put(vm.id(), row);
    }

    private Destinations destinations(LocalImageStore images) {
        var clock = world.clock();
        var checks = new SimChecks(destination);
        var store = SimStores.worker(
                fleet.database(),
                new SimCalls(world, fleet.network(), fleet.faults(), destination.id()),
                destination.id());
        return new Destinations(
                new DestinationPorts(
                        store,
                        new SimHypervisor(fleet, destination),
                        images,
                        new LocalPulledDisks(images),
                        new SimMarks(world, destination),
                        new SimRecords(world, destination),
                        checks,
                        checks.idle(),
                        new VmLocks(),
                        clock),
                new DestinationSettings("127.0.0.1", 1L << 30, 0, Set.of()));
    }

    /** What the source was answered, after it had tried to write as well. */
    private String attack(VmDefinition said) {
        var answers = new ArrayList<String>();
        Destinations destinations = destinations(TestImageStores.of(folder));
        var need = new DiskNeed(SIZE, SIZE, "pre-copy", false, false, null);
        world.spawn(destination.thisLife(), () -> {
            try {
                destinations
                        .destination(ID)
                        .prepare(new PrepareRequest(said, 1, Map.of(DATA, need), "QEMU 7.2.22", "tcg", true));
                destinations
                        .image(ID, DATA)
                        .write(0, ByteBuffer.wrap("OVERWRITTEN BY A STRANGER".getBytes(StandardCharsets.UTF_8)));
                answers.add("written");
            } catch (IOException | InterruptedException | RuntimeException e) {
                answers.add(String.valueOf(e.getMessage()));
            }
            destinations.close();
        });
        assertThat(world.run(Duration.ofMinutes(5), () -> !answers.isEmpty())).isTrue();
        return answers.getFirst();
    }

    private void submit(VmDefinition vm) {
        var task = new MigrationTask(
                ID, vm.id(), source.id(), destination.id(), "pre-copy", Map.of(), null, "a test asked");
        var row = new MigrationRow(task, 1, world.clock().now());
        row.attempt = 1;
        row.state = MigrationState.PREPARING;
        fleet.database().migrations.put(ID, row);
    }

    private String onTheDevice() throws IOException {
        try (var content = Files.newInputStream(Path.of(device))) {
            return new String(content.readNBytes(PRECIOUS.length()), StandardCharsets.UTF_8);
        }
    }

    @Test
    @DisplayName("A1: a source that names another VM's block device overwrites nothing")
    void theSourcesWordOverwritesNothing() throws Exception {
        define(vm(1, "vm-1-data.raw"), source);
        define(vm(2, "vm-2-device"), destination);
        submit(vm(1, "vm-1-data.raw"));
        assertThat(attack(vm(1, "vm-2-device")))
                .contains("definition.disks: the source speaks of another VM than the database");
        assertThat(onTheDevice()).isEqualTo(PRECIOUS);
    }

    @Test
    @DisplayName("A1: a block device is claimed for a VM only when no other one here names it")
    void aNamesakesDeviceIsNotClaimed() throws Exception {
        define(vm(1, "vm-2-device"), source);
        define(vm(2, "vm-2-device"), destination);
        submit(vm(1, "vm-2-device"));
        assertThat(attack(vm(1, "vm-2-device"))).contains("image: vm-2-device is VM vm-2's on this host");
        assertThat(onTheDevice()).isEqualTo(PRECIOUS);
    }
}
