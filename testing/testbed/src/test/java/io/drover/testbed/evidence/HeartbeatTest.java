package io.drover.testbed.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeartbeatTest {
    @Test
    void readsALineAsTheWitnessSentIt() {
        assertThat(Heartbeat.parse("HB 50 w=28 v=28 pv=0 err=0 maxw_us=9834*0C"))
                .contains(new Heartbeat(50, 28, 28, 0, 0, 9834));
    }

    @Test
    void writesTheLineItReads() {
        var heartbeat = new Heartbeat(7, 1, 2, 3, 4, 5);
        assertThat(Heartbeat.parse(heartbeat.line())).contains(heartbeat);
    }

    @Test
    void refusesATornLine() {
        assertThat(Heartbeat.parse("HB 50 w=28 v=28 pv=0 err=0 maxw_us=983*0C")).isEmpty();
        assertThat(Heartbeat.parse("HB 50 w=28 v=28 pv=0 err=0 maxw_us=9834")).isEmpty();
        assertThat(Heartbeat.parse("50 w=28 v=28 pv=0 err=0 maxw_us=9834*0C")).isEmpty();
        assertThat(Heartbeat.parse("STATUS hb=50")).isEmpty();
    }
}
