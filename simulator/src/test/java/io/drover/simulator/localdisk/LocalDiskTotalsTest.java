package io.drover.simulator.localdisk;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.simulator.trace.SyntheticTrace;
import org.junit.jupiter.api.Test;

/** What counts as overload, as starved and as a move back. */
final class LocalDiskTotalsTest {
    private final Hardware hardware = new Hardware(4, new Population(SyntheticTrace.of(8, 1), 1));
    private final LocalDiskTotals account = new LocalDiskTotals(hardware);

    @Test
    void anOverloadedHostStarvesThoseThatWantMoreThanTheirShare() {
        double all = hardware.mips(0);
        account.host(0, new double[] {all / 10, all / 2, all / 2}, 0, 3, 10);
        assertThat(account.overloadS()).isEqualTo(10);
        // The first gets what it asks for; nine tenths are not enough for the other two.
        assertThat(account.starvedVmS()).isEqualTo(20);
    }

    @Test
    void copiesTakeTheirPart() {
        double all = hardware.mips(0);
        account.host(0, new double[] {all / 2}, 0.6 * all, 1, 10);
        assertThat(account.overloadS()).isEqualTo(10);
        assertThat(account.starvedVmS()).isEqualTo(10);
        account.host(1, new double[] {all / 2}, 0.1 * all, 1, 10);
        assertThat(account.overloadS()).isEqualTo(10);
    }

    @Test
    void aMoveBackIsOneWithinTheHour() {
        account.begun(-1, 5000);
        account.begun(5000, 8000);
        account.begun(5000, 9000);
        assertThat(account.moves()).isEqualTo(3);
        assertThat(account.movesBack()).isEqualTo(1);
    }

    @Test
    void anEmptyHostIsOff() {
        account.host(0, new double[0], 0, 0, 3600);
        assertThat(account.kilowattHours()).isZero();
        account.host(0, new double[] {1}, 0, 1, 3600);
        account.host(0, new double[0], 0, 0, 3600);
        assertThat(account.kilowattHours()).isGreaterThan(0.08).isLessThan(0.1);
        assertThat(account.shutdowns()).isEqualTo(1);
    }
}
