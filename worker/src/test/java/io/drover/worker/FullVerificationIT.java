package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.Verification;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.ComparedDisks;
import io.drover.messages.evidence.ComparedRest;
import io.drover.messages.evidence.ComparedRest.RestComparison;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.messages.evidence.MigratedMemory;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.Step;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.WitnessLoad;
import io.drover.worker.replication.BlockDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * With {@code verify: full} every block of a running guest is compared before it is handed over, and damage is found.
 */
final class FullVerificationIT {
    private static final Logger LOG = LoggerFactory.getLogger(FullVerificationIT.class);
    private static final HostId HERE = new HostId("host1");
    private static final HostId THERE = new HostId("host2");
    private static final VmId VM = new VmId(UUID.fromString("7a2f6b1c-90d4-4f0e-8a65-2f6c1b3d9e08"));
    private static final GuestSize SIZE = new GuestSize(96, 128, 60, 16);

    /** Rewrites 4 MiB of its disk all the time. */
    private static final WitnessLoad LOAD = new WitnessLoad(20, 5, 4, 10, 10, 0);

    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final int BLOCK = BlockDigest.BLOCK_BYTES;

    /** Farther apart than what the guest rewrites is wide. */
    private static final long APART = 6 << 20;

    private static final int DAMAGED = 3;

    /** The bulk takes some eight seconds: time to damage what has arrived of it. */
    private static final long SLOW = 8_000_000;

    @Test
    void everythingIsComparedAndDamageIsFound() throws Exception {
        Guests guests = Guests.prepare(Checkout.find());
        VmDefinition vm = guests.define(VM, "web1", SIZE, LOAD);
        try (var fleet = new Fleet()) {
            fleet.prepare(HERE);
            fleet.prepare(THERE);
            fleet.linkBytesPerSecond(SLOW);
            fleet.startWorker(HERE, "127.0.0.11");
            fleet.startWorker(THERE, "127.0.0.12");
            guests.createImages(vm, SIZE, fleet.images(HERE));
            fleet.defineAndStart(vm, HERE);
            assertThat(fleet.awaitPower(VM, Power.RUNNING, LIMIT)).isTrue();

            refusesToLeaveBlocksBehind(fleet);
            findsWhatWasDamaged(fleet, vm);
            comparesEveryBlock(fleet, vm);
        }
    }

    private static void refusesToLeaveBlocksBehind(Fleet fleet) throws Exception {
        MigrationId id = fleet.submit(VM, HERE, THERE, "hybrid", Verification.FULL);
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).isEqualTo(MigrationState.REJECTED);
        assertThat(end.migration().reason()).startsWith("verify: 'full'").contains("'hybrid' leaves blocks");
    }

    private static void findsWhatWasDamaged(Fleet fleet, VmDefinition vm) throws Exception {
        MigrationId id = fleet.submit(VM, HERE, THERE, "pre-copy", Verification.FULL);
        Path source = Guests.imageOf(vm, Guests.DATA, fleet.images(HERE));
        Path target = Guests.imageOf(vm, Guests.DATA, fleet.images(THERE));
        var damaged = new ArrayList<Long>();
        while (damaged.size() < DAMAGED) {
            damaged.add(damageBehind(damaged.isEmpty() ? APART : damaged.getLast() + APART, source, target));
        }
        assertThat(fleet.detail(id).steps()).extracting(Step::name).doesNotContain(ComparedDisks.STEP);
        RestComparison data = rest(completed(fleet, id), Guests.DATA);
        // Where the guest wrote over it, nothing was left to find.
        assertThat(data.sentAgain()).isNotEmpty().isSubsetOf(damaged);
        assertThat(data.left()).isZero();
    }

    /** Behind the worker's back: turns over a byte of the first block there that has arrived. */
    private static long damageBehind(long offset, Path source, Path target) {
        var found = new long[1];
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            found[0] = Files.exists(target) ? arrivedBehind(offset, source, target) : -1;
            return found[0] >= 0;
        });
        return found[0];
    }

    private static long arrivedBehind(long from, Path source, Path target) throws IOException {
        try (var there = FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE);
                var here = FileChannel.open(source, StandardOpenOption.READ)) {
            for (long at = from; at < there.size(); at += BLOCK) {
                ByteBuffer arrived = block(there, at);
                if (arrived.equals(block(here, at)) && !arrived.equals(ByteBuffer.allocate(BLOCK))) {
                    arrived.put(77, (byte) ~arrived.get(77));
                    there.write(arrived, at);
                    return at;
                }
            }
        }
        return -1;
    }

    private static ByteBuffer block(FileChannel file, long at) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        while (block.hasRemaining() && file.read(block, at + block.position()) > 0) {
            // until it is full, or the file ends
        }
        return block.clear();
    }

    private static void comparesEveryBlock(Fleet fleet, VmDefinition vm) throws Exception {
        MigrationDetail end = completed(fleet, fleet.submit(VM, THERE, HERE, "auto", Verification.FULL));
        for (DiskId disk : List.of(Guests.DATA, Guests.SWAP)) {
            var disks = end.evidence(ComparedDisks.class).orElseThrow().disks();
            RestComparison rest = rest(end, disk);
            long blocks = Math.ceilDiv(Files.size(Guests.imageOf(vm, disk, fleet.images(HERE))), BLOCK);
            assertThat(rest.blocks()).isEqualTo((int) blocks);
            assertThat(Objects.requireNonNull(disks.get(disk)).compared()).isGreaterThanOrEqualTo(blocks);
            assertThat(rest.compared()).isLessThan(blocks / 2);
            assertThat(rest.sentAgain()).isEmpty();
            assertThat(rest.left()).isZero();
        }
    }

    private static MigrationDetail completed(Fleet fleet, MigrationId id) throws Exception {
        MigrationDetail end = fleet.awaitEnd(id, LIMIT);
        assertThat(end.migration().state()).as("%s", end).isEqualTo(MigrationState.COMPLETED);
        assertThat(end.steps())
                .extracting(Step::name)
                .containsSubsequence(ComparedDisks.STEP, MigratedMemory.STEP, ComparedRest.STEP, GivenOwnership.STEP);
        LOG.info("running: {}", end.evidence(ComparedDisks.class));
        LOG.info("in the pause: {}", end.evidence(ComparedRest.class));
        Copies.assertSame(end, Guests.DATA);
        return end;
    }

    private static RestComparison rest(MigrationDetail end, DiskId disk) {
        var disks = end.evidence(ComparedRest.class).orElseThrow().disks();
        return Objects.requireNonNull(disks.get(disk));
    }
}
