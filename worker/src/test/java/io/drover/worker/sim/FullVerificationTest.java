package io.drover.worker.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.schema.memory.MigrationRow;
import io.drover.worker.sim.control.SimFaults;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.control.SimWorld;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimImage;
import io.drover.worker.sim.host.SimProcess;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything is compared before the machine is given away, and what differs is found. */
class FullVerificationTest {
    private static final MigrationId ID = new MigrationId(new UUID(0, 1));
    private static final int SPOILT = 3;
    private SimWorld world = new SimWorld(1);
    private SimFleet fleet = new SimFleet(world, new SimFaults(0));
    private SimHost source = fleet.addHost("host-a");
    private SimHost destination = fleet.addHost("host-b");
    private VmId vm = fleet.addMachine("vm-1", 1, source);

    @BeforeEach
    void startWorkers() {
        fleet.hosts().forEach(fleet::startWorker);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-copy", "stop-and-copy", "auto"})
    void comparesEveryBlockBeforeTheGive(String algorithm) {
        MigrationRow row = migrate(algorithm);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        assertThat(row.journal(source.id()).keySet())
                .containsSubsequence("replicate-disks", "compare-disks", "send-rest", "compare-rest", "give-ownership");
        assertThat(evidence(row)).contains("\"left\":0").contains("\"sent_again\":[]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"auto"}) // whose bulk has arrived when it ends: a frame under way would heal what is damaged
    void damagedBlocksAreFoundAndSentAgain(String algorithm) {
        var spoilt = new boolean[1];
        whileComparing("compare-disks", image -> {
            if (!spoilt[0]) {
                // All of them: what the guest writes over is healed by its round.
                for (int i = 0; i < image.count(); i++) {
                    image.write(i, -1);
                }
                spoilt[0] = true;
            }
        });
        MigrationRow row = migrate(algorithm);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.COMPLETED);
        var data = DroverJson.mapper().readTree(evidence(row)).path("disks").path("data");
        assertThat(data.path("sent_again")).isNotEmpty();
        assertThat(data.path("left").asInt(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pre-copy", "stop-and-copy", "auto"})
    void blockThatStaysDamagedTurnsTheMigrationBack(String algorithm) {
        whileComparing("compare-disks", image -> image.write(SPOILT, -1));
        MigrationRow row = migrate(algorithm);
        assertThat(row.state).as(world.trace()).isEqualTo(MigrationState.ROLLED_BACK);
        assertThat(row.reason)
                .startsWith("verify: disk data arrived with 1 blocks that differ, the first at byte "
                        + SPOILT * SimImage.BLOCK);
        assertThat(row.journal(source.id()).keySet()).doesNotContain("give-ownership");
        assertThat(source.processes.values()).allMatch(SimProcess::running);
        assertThat(destination.images).isEmpty();
    }

    private void whileComparing(String step, Consumer<SimImage> action) {
        world.check(() -> {
            MigrationRow row = fleet.database().migrations.get(ID);
            SimImage image = destination.images.get("vm-1-data.raw");
            if (row != null
                    && image != null
                    && row.state.beforeGive()
                    && row.journal(source.id()).containsKey(step)) {
                action.accept(image);
            }
        });
    }

    private String evidence(MigrationRow row) {
        var entry = row.journal(source.id()).get("compare-rest");
        String evidence = entry == null ? null : entry.evidence();
        return evidence == null ? "" : evidence;
    }

    private MigrationRow migrate(String algorithm) {
        var task = new MigrationTask(
                ID,
                vm,
                source.id(),
                destination.id(),
                algorithm,
                Map.of(),
                null,
                "because",
                null,
                null,
                Verification.FULL);
        assertThat(fleet.database().submit(task)).isTrue();
        MigrationRow row = fleet.database().row(ID);
        world.check(new Invariants(fleet)::check);
        world.run(
                Duration.ofMinutes(5),
                () -> row.state.terminal() && fleet.hosts().stream().allMatch(host -> host.records.isEmpty()));
        return row;
    }
}
