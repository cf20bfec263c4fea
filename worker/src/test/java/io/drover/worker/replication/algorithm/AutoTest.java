package io.drover.worker.replication.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.evidence.disk.AlgorithmEvidence;
import io.drover.worker.replication.BlockSender;
import io.drover.worker.replication.CopyAccount;
import io.drover.worker.replication.CopyTerms;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.MemoryDisk;
import io.drover.worker.replication.MemoryMirror;
import io.drover.worker.replication.MemoryTarget;
import io.drover.worker.replication.MemoryWriteMirror;
import io.drover.worker.replication.SteppedClock;
import io.drover.worker.replication.mirror.MirroredTarget;
import io.drover.worker.replication.prediction.Predictors;
import io.drover.worker.replication.prediction.Situation;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole of it over a link with a clock: what it foretells is what comes. */
final class AutoTest {
    private static final int DISK_BYTES = 64 << 20;

    private final MemoryDisk disk = new MemoryDisk(DISK_BYTES);
    private final MemoryTarget target = new MemoryTarget(new byte[DISK_BYTES]);
    private final SteppedClock clock = new SteppedClock();
    private boolean guestRuns = true;
    private final Random random = new Random(11);

    /** The guest writes so many 4 KiB blocks a second over half of the disk. */
    @ParameterizedTest
    @CsvSource({
        "0, 4000000, false, stop-and-copy",
        "50, 4000000, false, pre-copy",
        "300, 4000000, false, mirror",
        "700, 8000000, false, mirror",
        "2500, 4000000, true, hybrid",
        "0, 4000000, true, stop-and-copy"
    })
    void foretellsTimeAndBytesWithinAFifth(
            int writesPerSecond, int linkBytesPerSecond, boolean pullAllowed, String expected) throws Exception {
        var content = new byte[DISK_BYTES];
        random.nextBytes(content);
        disk.guestWrites(0, content);
        disk.freeze().durable();
        link(linkBytesPerSecond, writesPerSecond);
        var auto = new Auto(new CopyTerms(
                Duration.ofMillis(150), Duration.ofSeconds(10), pullAllowed, 0, Duration.ZERO, Long.MAX_VALUE, 0));
        DiskCopy copy = copy();
        long budget = linkBytesPerSecond * 150L / 1000;
        long rest = Long.MAX_VALUE;
        while (rest > budget && auto.converging()) {
            rest = auto.advance(copy);
        }
        guestRuns = false;
        auto.finish(copy);
        if (!target.left().isEmpty()) {
            assertThat(auto.evidence().outcome()).isNull();
            pull(auto, copy);
        }
        AlgorithmEvidence evidence = auto.evidence();
        assertThat(evidence.chosen()).isEqualTo(expected);
        var predicted = Objects.requireNonNull(evidence.predicted());
        var outcome = Objects.requireNonNull(evidence.outcome());
        assertThat(outcome.seconds()).as("%s", evidence).isCloseTo(predicted.seconds(), withPercentage(20));
        assertThat(outcome.wireBytes()).as("%s", evidence).isCloseTo(predicted.wireBytes(), withPercentage(20));
        assertThat(Arrays.mismatch(target.durable(), disk.content())).isEqualTo(-1);
    }

    @Test
    void whatTheDestinationHadIsNotTakenForTheLinksSpeed() throws Exception {
        int link = 8_000_000;
        DiskCopy copy = copy();
        var bulk = new BulkMeasurement(
                copy, new CopyTerms(Duration.ofMillis(150), Duration.ofSeconds(10), false, 0, Duration.ZERO, link, 0));
        copy.account().beginRound(0, 200_000_000);
        copy.account().saved(100_000_000);
        clock.sleep(Duration.ofSeconds(2));
        bulk.sample(0);
        Situation situation = bulk.situation();
        assertThat(situation.bytesPerSecond()).isEqualTo(link);
        // The rest of the bulk goes as the first half went.
        assertThat(Predictors.preCopy(situation).seconds()).isCloseTo(4, withPercentage(10));
    }

    /** As the migration does it when the guest is gone. */
    private void pull(Auto auto, DiskCopy copy) throws Exception {
        Duration begin = clock.elapsed();
        long wireBytes = target.wireBytes();
        BlockSender.send(copy, target.left());
        target.flush();
        auto.pulled(clock.elapsed().minus(begin), target.wireBytes() - wireBytes);
    }

    /** Each piece takes its time on the link, and the guest writes meanwhile. */
    private void link(int bytesPerSecond, int writesPerSecond) {
        var writes = new Random(5);
        var due = new double[1];
        disk.beforeEachPiece(() -> {
            long bytes = disk.bytesRead() - (long) (clock.elapsed().toNanos() / 1e9 * bytesPerSecond);
            double seconds = Math.max(0, bytes) / (double) bytesPerSecond;
            clock.sleep(Duration.ofNanos((long) (seconds * 1e9)));
            for (due[0] += seconds * writesPerSecond; guestRuns && due[0] >= 1; due[0]--) {
                var block = new byte[MemoryDisk.BLOCK_BYTES];
                writes.nextBytes(block);
                disk.guestWrites((long) writes.nextInt(DISK_BYTES / 2 / block.length) * block.length, block);
            }
        });
    }

    private DiskCopy copy() {
        var mirrored = new MirroredTarget(target);
        return new DiskCopy(
                new DiskId("data"),
                DiskRole.DATA,
                disk,
                disk,
                mirrored,
                new MemoryMirror(disk, target),
                new CopyAccount(),
                clock,
                new MemoryWriteMirror(disk, mirrored, new Random(2)));
    }
}
