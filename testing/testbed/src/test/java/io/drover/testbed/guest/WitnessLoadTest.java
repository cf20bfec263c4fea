package io.drover.testbed.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WitnessLoadTest {
    @Test
    void theDemoAndTheTestsHoldMoreThanTheirGuestsHave() {
        assertThat(WitnessLoad.DEMO.heldMib()).isGreaterThan(GuestSize.DEMO.memoryMib());
        assertThat(WitnessLoad.SMALL.heldMib()).isGreaterThan(GuestSize.SMALL.memoryMib());
    }

    @Test
    void refusesHeartbeatsTooRareForAPause() {
        assertThatThrownBy(() -> new WitnessLoad(19, 20, 8, 90, 100, 0)).hasMessageContaining("heartbeats");
    }

    @Test
    void refusesALoadThatIsNoPercentage() {
        assertThatThrownBy(() -> WitnessLoad.DEMO.withLoadPercent(101)).hasMessageContaining("load: 101");
    }

    @Test
    void refusesFilesThatLeaveNoRoom() {
        assertThatThrownBy(() -> new GuestSize(128, 64, 60, 64)).hasMessageContaining("files: 60 MiB leave no room");
    }
}
