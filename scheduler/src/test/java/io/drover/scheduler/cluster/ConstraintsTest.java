package io.drover.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.messages.HostId;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConstraintsTest {
    @Test
    void readsWhatTheLabelsSay() {
        Constraints read = Constraints.read(Map.of(
                "drover.affinity", "shop",
                "drover.anti-affinity", "db, web",
                "drover.pin", "h1,h2",
                "drover.exclude", "true",
                "drover.cpu-model", "Skylake",
                "team", "blue"));

        assertThat(read.affinity()).containsExactly("shop");
        assertThat(read.antiAffinity()).containsExactlyInAnyOrder("db", "web");
        assertThat(read.pinned()).containsExactlyInAnyOrder(new HostId("h1"), new HostId("h2"));
        assertThat(read.excluded()).isTrue();
        assertThat(read.cpuModel()).contains("Skylake");
        assertThat(Constraints.read(Map.of("team", "blue"))).isEqualTo(Constraints.read(Map.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drover.exclude | maybe",
                "drover.pin | h1,,h2",
                "drover.pin | No Host",
                "drover.maintenance | sometimes",
                "drover.maintenance | 2026-11-24T00:00:00Z/2026-11-23T00:00:00Z",
                "drover.maintenance | sat/22:00/PT200H",
                "drover.maintenance | sam/22:00/PT2H",
                "drover.afinity | shop",
            })
    void namesTheLabelAtFault(String key, String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Constraints.read(Map.of(key, value)))
                .withMessageStartingWith(key + ": ");
    }

    @Test
    void aGroupCannotBeTogetherAndApart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Constraints.read(Map.of("drover.affinity", "a", "drover.anti-affinity", "a,b")))
                .withMessage("drover.anti-affinity: group 'a' stands in drover.affinity as well");
    }

    @ParameterizedTest
    @CsvSource({
        "always, 2026-11-23T00:00:00Z, true",
        "shutdown, 2026-11-23T00:00:00Z, true",
        "2026-11-23T22:00:00Z/2026-11-24T02:00:00Z, 2026-11-23T22:00:00Z, true",
        "2026-11-23T22:00:00Z/2026-11-24T02:00:00Z, 2026-11-24T02:00:00Z, false",
        // The 21st was a Saturday.
        "sat/22:00/PT4H, 2026-11-21T21:59:59Z, false",
        "sat/22:00/PT4H, 2026-11-21T22:00:00Z, true",
        "sat/22:00/PT4H, 2026-11-22T01:59:59Z, true",
        "sat/22:00/PT4H, 2026-11-22T02:00:00Z, false",
        "sat/22:00/PT168H, 2026-11-21T12:00:00Z, true",
    })
    void windowsContainTheirTimes(String windows, Instant at, boolean contained) {
        assertThat(Windows.parse(windows).contain(at)).isEqualTo(contained);
    }
}
