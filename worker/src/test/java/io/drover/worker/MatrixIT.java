package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.worker.MatrixCell.Option;
import io.drover.worker.MatrixCell.Power;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Every option with every format, algorithm, power and kind of target: moved with both copies equal, or refused by name
 * with nothing left behind. A VM goes from host to host as its cells come, so that each of them is a way out or
 * back.
 */
@Tag("attack")
@TestInstance(Lifecycle.PER_CLASS)
final class MatrixIT {
    private static final HostId ONE = new HostId("host1");
    private static final HostId TWO = new HostId("host2");
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long SLOW_LINK = 4_000_000;

    private final Map<String, MatrixVm> vms = new HashMap<>();
    private final List<MatrixVm> made = new ArrayList<>();
    private Fleet fleet;

    @BeforeAll
    void startFleet() throws Exception {
        fleet = new Fleet();
        boolean six = System.getProperty("matrix.family", "4").equals("6");
        for (HostId host : List.of(ONE, TWO)) {
            fleet.prepare(host);
        }
        fleet.startWorker(ONE, six ? "::1" : "127.0.0.11");
        fleet.startWorker(TWO, six ? "::1" : "127.0.0.12");
    }

    @AfterAll
    void endFleet() throws Exception {
        fleet.close();
        for (MatrixVm vm : made) {
            vm.close();
        }
    }

    @TestFactory
    @DisplayName("K12: every option works with everything, or is refused by name before anything begins")
    Stream<DynamicTest> cells() {
        Integer every = Integer.getInteger("matrix.every");
        List<MatrixCell> cells = every == null ? MatrixCell.slice() : MatrixCell.every(every);
        return cells.stream().map(cell -> DynamicTest.dynamicTest("K12: " + cell, () -> check(cell)));
    }

    @Test
    @DisplayName("F3: an overlay laid above a disk is refused by name, with all that the guest wrote where it was")
    void anOverlayIsRefused() throws Exception {
        MatrixVm vm = vm(MatrixCell.slice().getFirst());
        HostId source = vm.owner();
        String overlay = fleet.images(source).resolve("top.qcow2").toString();
        var snapshot = Map.of("node-name", "data", "snapshot-file", overlay, "snapshot-node-name", "ovl");
        fleet.askQemu(source, vm.id(), "blockdev-snapshot-sync", snapshot);

        MigrationDetail end = fleet.awaitEnd(submit(vm, source, other(source), "pre-copy", Option.VERIFY_FULL), LIMIT);

        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.REJECTED);
        assertThat(end.migration().reason()).contains("disk data: node ovl (qcow2 in ", "lies above it");
        assertThat(vm.owner()).isEqualTo(source);
        vm.endProcess(source);
        vms.values().remove(vm);
    }

    private static HostId other(HostId host) {
        return host.equals(ONE) ? TWO : ONE;
    }

    private MatrixVm vm(MatrixCell cell) throws Exception {
        MatrixVm known = vms.get(cell.vm());
        if (known == null) {
            known = new MatrixVm(fleet, ONE, cell, made.size());
            made.add(known);
            vms.put(cell.vm(), known);
            if (cell.power() == Power.RUNNING) {
                assertThat(fleet.awaitPower(known.id(), VmRecord.Power.RUNNING, LIMIT))
                        .isTrue();
            }
        }
        return known;
    }

    private void check(MatrixCell cell) throws Exception {
        MatrixVm vm = vm(cell);
        HostId source = vm.owner();
        HostId destination = other(source);
        vm.prepareTarget(destination, cell.target());
        List<String> sourceBefore = vm.files(source);
        List<String> destinationBefore = vm.files(destination);
        limit(cell.option() == Option.LINK_LIMIT ? SLOW_LINK : null);

        MigrationId id = submit(vm, source, destination, cell.algorithm(), cell.option());
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        limit(null);

        Optional<String> refusal = cell.refusal();
        if (refusal.isPresent()) {
            assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.REJECTED);
            assertThat(end.migration().reason()).contains(refusal.get());
            assertThat(vm.owner()).isEqualTo(source);
            assertThat(vm.files(source)).isEqualTo(sourceBefore);
            assertThat(vm.files(destination)).isEqualTo(destinationBefore);
        } else {
            assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
            assertThat(vm.owner()).isEqualTo(destination);
            vm.assertArrived(source, destination, id);
        }
        assertThat(fleet.store().vm(vm.id()).orElseThrow().power().name())
                .isEqualTo(cell.power().name());
    }

    private void limit(@Nullable Long bytesPerSecond) {
        for (HostId host : List.of(ONE, TWO)) {
            assertThat(fleet.store().limitLink(host, bytesPerSecond, "test")).isTrue();
        }
    }

    private MigrationId submit(MatrixVm vm, HostId source, HostId destination, String algorithm, Option option) {
        var id = new MigrationId(UUID.randomUUID());
        return fleet.submit(new MigrationTask(
                id,
                vm.id(),
                source,
                destination,
                algorithm,
                Map.of(),
                null,
                "a test asked",
                option == Option.ALLOW_PULL || option == Option.VERIFY_FULL_ALLOW_PULL,
                option == Option.BASE_IMAGE ? List.of(new ImageName(MatrixVm.COMMON)) : List.of(),
                option == Option.VERIFY_FULL || option == Option.VERIFY_FULL_ALLOW_PULL ? Verification.FULL : null));
    }
}
