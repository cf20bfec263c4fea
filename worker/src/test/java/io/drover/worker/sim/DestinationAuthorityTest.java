package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.drover.messages.DirectBoot;
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
import io.drover.worker.migration.destination.Destinations;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.Destination.DiskNeed;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A source that knows its token and shows its certificate asks the destination for what is not its to ask. */
@Tag("attack")
class DestinationAuthorityTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private static final String KEY = "/etc/drover/pki/host-b-key.pem";

    private final SimWorld world = new SimWorld(1);
    private final SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private final SimHost source = fleet.addHost("host-a");
    private final SimHost destination = fleet.addHost("host-b");
    private final SimHost third = fleet.addHost("host-c");
    private final VmId vm = fleet.addVm("vm-1", 1, source);
    private final VmId foreign = fleet.addVm("vm-2", 2, third);
    private MigrationRow row = new MigrationRow(task(), 1, world.clock().now());

    private MigrationTask task() {
        return new MigrationTask(ID, vm, source.id(), destination.id(), "pre-copy", Map.of(), null, "a test asked");
    }

    @BeforeEach
    void prepared() {
        fleet.startWorker(destination);
        row = new MigrationRow(task(), 1, world.clock().now());
        row.attempt = 1;
        row.state = MigrationState.PREPARING;
        fleet.database().migrations.put(ID, row);
    }

    @Test
    @DisplayName("A1: a request that tells the truth is prepared")
    void theTruthIsTaken() {
        assertThat(said(prepare(vm(), 1, needs(), false))).containsExactly("prepared");
        assertThat(destination.processes.values())
                .singleElement()
                .satisfies(process -> assertThat(process.definition()).isEqualTo(vm()));
    }

    @Test
    @DisplayName("A1: a VM of another size with the host's key for an initrd is refused by name of the field")
    void anotherVmIsRefused() {
        VmDefinition said = new VmDefinition(
                vm,
                "renamed",
                64,
                900L << 20,
                vm().machine(),
                vm().cpuModel(),
                NetworkCards.plain(0),
                new DirectBoot("/boot/vmlinuz", KEY, "quiet"),
                List.of(new DiskDefinition(DATA, DiskRole.DATA, "vm-2-data.raw")));
        assertThat(said(prepare(said, 1, Map.of(DATA, need("pre-copy", 4096, false)), false)))
                .singleElement(STRING)
                .contains("definition.boot: the source speaks of another VM than the database");
        assertThat(destination.processes).isEmpty();
        assertThat(destination.records).isEmpty();
        assertThat(destination.images).isEmpty();
    }

    @Test
    @DisplayName("A1: the id of another VM is refused")
    void anotherVmsIdIsRefused() {
        VmDefinition other = fleet.database().vm(foreign).definition;
        VmDefinition renamed = new VmDefinition(
                foreign,
                vm().name(),
                1,
                vm().memoryBytes(),
                vm().machine(),
                vm().cpuModel(),
                NetworkCards.plain(0),
                null,
                vm().disks());
        List<String> answers = said(prepare(other, 1, needs(), false), prepare(renamed, 1, needs(), false));
        assertThat(answers.getFirst()).contains("definition.disks: the source speaks of another VM");
        assertThat(answers.getLast()).contains("definition.id: the source speaks of another VM");
        assertThat(destination.processes).isEmpty();
    }

    @Test
    @DisplayName("A1: epoch, algorithm, pulling and sizes that the database does not have are refused")
    void whatTheRowKnowsIsNotAsked() {
        List<String> answers = said(
                prepare(vm(), 2, needs(), false),
                prepare(vm(), 1, needs(need("qemu-mirror", 4096, false)), false),
                prepare(vm(), 1, needs(need("pre-copy", 4096, true)), false),
                prepare(vm(), 1, needs(need("pre-copy", Long.MAX_VALUE - 511, false)), false),
                prepare(vm(), 1, needs(new DiskNeed(4096, Long.MAX_VALUE, "pre-copy", true, false, null)), false),
                prepare(vm(), 1, Map.of(DATA, need("pre-copy", 4096, false)), false));
        assertThat(answers.get(0)).contains("epoch: the source says 2, the database 1");
        assertThat(answers.get(1)).contains("algorithm: the source says qemu-mirror for disk data, the task pre-copy");
        assertThat(answers.get(2)).contains("pulls: the task does not allow disk data to be pulled");
        assertThat(answers.get(3)).contains("size: ");
        assertThat(answers.get(4)).contains("allocated_bytes: ");
        assertThat(answers.get(5)).contains("nothing is said about disk swap");
        assertThat(destination.records).isEmpty();
    }

    @Test
    @DisplayName("A1: a VM that runs cannot come as one that is stopped")
    void aRunningVmIsNotIdle() {
        assertThat(said(prepare(vm(), 1, needs(), true)))
                .singleElement(STRING)
                .contains("idle: the database says that the VM runs");
        assertThat(destination.records).isEmpty();
    }

    @Test
    @DisplayName("A1: an image that another VM of this host names is not claimed")
    void anotherVmsImageIsNotClaimed() {
        var namesake = new VmId(new UUID(0, 3));
        var definition = new VmDefinition(
                namesake,
                "vm-3",
                1,
                64L << 20,
                vm().machine(),
                vm().cpuModel(),
                NetworkCards.plain(0),
                null,
                List.of(new DiskDefinition(DATA, DiskRole.DATA, "vm-1-data.raw")));
        fleet.database().vms.put(namesake, new VmRow(definition, destination.id()));
        // Its image is not there just now: the row alone says whose it is.
        assertThat(said(prepare(vm(), 1, needs(), false)))
                .singleElement(STRING)
                .contains("image: vm-1-data.raw is VM vm-3's on this host");
        assertThat(destination.images).isEmpty();
    }

    @Test
    @DisplayName("A13: the token of a migration that is over opens nothing")
    void aTokenEndsWithItsMigration() {
        List<String> answers = said(
                expected(MigrationState.FINISHING),
                expected(MigrationState.COMPLETED),
                expected(MigrationState.ROLLED_BACK),
                expected(MigrationState.CANCELLED),
                expected(MigrationState.REJECTED));
        assertThat(answers.getFirst()).startsWith("token-");
        assertThat(answers.subList(1, 5))
                .allMatch(answer -> answer.contains("not the destination of an open migration"));
    }

    private Call expected(MigrationState state) {
        return () -> {
            row.state = state;
            return destination.directory().expected(ID).token();
        };
    }

    @Test
    @DisplayName(
            "A13: a source sees whether its guest may have run at the destination, and nothing once the migration is over")
    void observesWhileTheMigrationIsOpen() {
        List<String> answers =
                said(prepare(vm(), 1, needs(), false), () -> open().observe().toString(), () -> {
                    row.state = MigrationState.COMPLETED;
                    return open().observe().toString();
                });
        assertThat(answers.get(1)).isEqualTo("Observation[mayRunMark=false]");
        assertThat(answers.get(2)).contains("not observed: the migration is completed");
    }

    @Test
    @DisplayName("A14: a migration that is over is forgotten, however it ended")
    void whatIsOverIsForgotten() {
        List<String> answers = said(
                // Refused at prepare: it never had a record.
                prepare(vm(), 2, needs(), false),
                () -> remembered() + " after the refusal",
                ended(MigrationState.REJECTED),
                // Aborted: its record went with it.
                () -> {
                    row.state = MigrationState.PREPARING;
                    return "again";
                },
                prepare(vm(), 1, needs(), false),
                () -> {
                    row.state = MigrationState.ROLLING_BACK;
                    open().abort();
                    return "aborted";
                },
                ended(MigrationState.ROLLED_BACK));
        assertThat(answers)
                .contains("prepared", "aborted", "1 after the refusal")
                .endsWith("0 are remembered of a migration that is rolled_back")
                .contains("0 are remembered of a migration that is rejected");
    }

    /** A look or two later. */
    private Call ended(MigrationState state) {
        return () -> {
            row.state = state;
            world.await(() -> remembered() == 0, Duration.ofSeconds(30));
            return remembered() + " are remembered of a migration that is " + state.wireName();
        };
    }

    private int remembered() {
        try {
            Field known = Destinations.class.getDeclaredField("known");
            known.setAccessible(true);
            return ((Map<?, ?>) known.get(destination.directory())).size();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private VmDefinition vm() {
        return fleet.database().vm(vm).definition;
    }

    private static Map<DiskId, DiskNeed> needs() {
        return needs(need("pre-copy", 4096, false));
    }

    private static Map<DiskId, DiskNeed> needs(DiskNeed data) {
        var needs = new HashMap<DiskId, DiskNeed>();
        needs.put(DATA, data);
        needs.put(SWAP, need("pre-copy", 4096, false));
        return needs;
    }

    private static DiskNeed need(String algorithm, long size, boolean pulls) {
        return new DiskNeed(size, 4096, algorithm, true, pulls, null);
    }

    private Call prepare(VmDefinition definition, long epoch, Map<DiskId, DiskNeed> needs, boolean idle) {
        return () -> {
            open().prepare(new PrepareRequest(definition, epoch, needs, "QEMU 7.2.22", "tcg", idle));
            return "prepared";
        };
    }

    private Destination open() throws IOException, InterruptedException {
        return destination.directory().destination(ID);
    }

    /** A call of the source. */
    @FunctionalInterface
    private interface Call {
        String run() throws IOException, InterruptedException;
    }

    /** The answers of one call after the other, or why each was refused. */
    private List<String> said(Call... calls) {
        var answers = new ArrayList<String>();
        world.spawn(destination.thisLife(), () -> {
            for (Call call : calls) {
                try {
                    answers.add(call.run());
                } catch (IOException | InterruptedException | RuntimeException e) {
                    answers.add(String.valueOf(e.getMessage()));
                }
            }
        });
        assertThat(world.run(Duration.ofMinutes(5), () -> answers.size() == calls.length))
                .as("%s", answers)
                .isTrue();
        return answers;
    }
}
