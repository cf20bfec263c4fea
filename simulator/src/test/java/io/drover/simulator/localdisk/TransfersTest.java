package io.drover.simulator.localdisk;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.simulator.trace.SyntheticTrace;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A move takes as long as its bytes. */
final class TransfersTest {
    private static final double GIGABIT = 125e6;
    private static final int HOSTS = 8;
    private final Population population = new Population(SyntheticTrace.of(40, 1), 1);
    private final Hardware hardware = new Hardware(HOSTS, population);
    private final Transfers transfers = new Transfers(hardware, population);

    private Transfer begin(int vm, int source, int target, double bytes) {
        var transfer = new Transfer(vm, source, target, 0, bytes);
        transfers.begin(transfer);
        return transfer;
    }

    private double rewritten(int vm, double rate) {
        return Math.min(population.written(vm) + population.dirtied(vm), rate / 2);
    }

    private double secondsUntilDone() {
        double step = 0.5;
        for (double at = 0; at < 1e5; at += step) {
            if (!transfers.send(step).isEmpty()) {
                return at + step;
            }
        }
        throw new AssertionError("it never ends");
    }

    @Test
    void overTheSlowerEndsLink() {
        assertThat(hardware.link(0)).isEqualTo((long) GIGABIT);
        assertThat(hardware.link(2)).isEqualTo((long) (10 * GIGABIT));
        Transfer move = begin(0, 0, 2, 50e9);
        double expected = 50e9 / (GIGABIT - rewritten(0, GIGABIT));
        assertThat(secondsUntilDone()).isCloseTo(expected, Offset.offset(1.0));
        assertThat(move.sent).isCloseTo(expected * GIGABIT, Offset.offset(GIGABIT));
        assertThat(transfers.open()).isEmpty();
    }

    @Test
    void noFasterThanTheDrives() {
        var _ = begin(0, 2, 3, 50e9);
        double rate = Hardware.DRIVE_BYTES_PER_S;
        assertThat(secondsUntilDone()).isCloseTo(50e9 / (rate - rewritten(0, rate)), Offset.offset(1.0));
    }

    @Test
    void twoShareTheLinkOfTheHostTheyLeave() {
        Transfer one = begin(0, 0, 2, 50e9);
        Transfer other = begin(1, 0, 3, 50e9);
        assertThat(one.rate).isEqualTo(GIGABIT / 2);
        assertThat(other.rate).isEqualTo(GIGABIT / 2);
    }

    @Test
    void whatAHostStillHoldsNeedNotBeSent() {
        var copies = new RetainedCopies(population);
        assertThat(copies.held(3, 1, 100)).isZero();
        copies.left(3, 1, 100);
        assertThat(copies.leftAt(3, 1, 200)).isEqualTo(100);
        long rewritten = (long) (1000 * population.written(3));
        assertThat(copies.held(3, 1, 1100)).isEqualTo(population.disk(3) - rewritten);
        assertThat(copies.held(3, 1, 100 + 2 * 86_400)).isZero();
    }
}
