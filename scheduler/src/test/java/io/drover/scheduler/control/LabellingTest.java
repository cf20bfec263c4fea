package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.HostId;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.SchedulerStore;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabellingTest {
    private final SchedulerStore store = new Core().store;
    private final Labelling labelling = new Labelling(store);

    @Test
    void setsAndTakesAway() throws RefusedException {
        set("web-1", Map.of("team", "shop", "drover.exclude", "true"));

        assertThat(labelling.vm("web-1", new LabelChange(Map.of("team", "ops"), Set.of("drover.exclude", "none"))))
                .containsExactly(Map.entry("team", "ops"));
        assertThat(store.labels().of(FakeFleet.WEB_1)).containsExactly(Map.entry("team", "ops"));
        assertThat(labelling.vm("web-1", new LabelChange(Map.of(), Set.of("team"))))
                .isEmpty();
        assertThat(store.labels()).isEqualTo(Labels.NONE);
    }

    @Test
    void aVmIsPinnedToHostsThatAreThere() throws RefusedException {
        refuses("web-1", Map.of("drover.pin", "h1,h9"), "drover.pin", "no host h9 is known");
        set("web-1", Map.of("drover.pin", "h1,h3"));
    }

    @Test
    void oneGroupCannotKeepTogetherAndApart() throws RefusedException {
        refuses("web-1", Map.of("drover.affinity", "a", "drover.anti-affinity", "a"), "drover.anti-affinity", "'a'");

        set("web-1", Map.of("drover.affinity", "a", "drover.anti-affinity", "b"));
        refuses(
                "web-2",
                Map.of("drover.affinity", "a", "drover.anti-affinity", "b"),
                "drover.anti-affinity",
                "keeps web-2 and web-1 apart");
        set("web-2", Map.of("drover.anti-affinity", "b"));
    }

    @Test
    void vmsThatAThirdTiesTogetherCannotBeApart() throws RefusedException {
        set("web-1", Map.of("drover.affinity", "a", "drover.anti-affinity", "x"));
        set("db", Map.of("drover.affinity", "b", "drover.anti-affinity", "x"));

        refuses("web-2", Map.of("drover.affinity", "a,b"), "drover.anti-affinity", "group 'x' keeps");
        set("web-2", Map.of("drover.affinity", "a"));
    }

    @Test
    void vmsKeptTogetherNeedAHostForAll() throws RefusedException {
        set("web-1", Map.of("drover.affinity", "a", "drover.pin", "h1,h2"));
        refuses("web-2", Map.of("drover.affinity", "a", "drover.pin", "h3"), "drover.pin", "web-2 and web-1 together");
        set("web-2", Map.of("drover.affinity", "a", "drover.pin", "h2,h3"));
        refuses("db", Map.of("drover.affinity", "a", "drover.pin", "h1,h3"), "drover.pin", "no host is left");
    }

    @Test
    void vmsKeptApartCannotBePinnedToOneHost() throws RefusedException {
        set("web-1", Map.of("drover.anti-affinity", "a", "drover.pin", "h1"));
        refuses("db", Map.of("drover.anti-affinity", "a", "drover.pin", "h1"), "drover.pin", "both pinned to h1");
        set("db", Map.of("drover.anti-affinity", "a", "drover.pin", "h1,h3"));
    }

    @Test
    void refusesWhatIsNoLabel() {
        refuses("web-1", Map.of("Team", "x"), "set", "'Team' is not a key");
        refuses("web-1", Map.of("team", "a\nb"), "team", "no line ends");
        refuses("web-1", Map.of("team", "x".repeat(1001)), "team", "at most 1000");
        refuses("web-1", Map.of("drover.exclude", "yes"), "drover.exclude", "'yes' is not true or false");
        refuses("web-1", Map.of("drover.maintenance", "sunday"), "drover.maintenance", "'sunday'");
        refuses("web-1", Map.of("drover.pin", "h1,"), "drover.pin", "empty name");
        refuses("web-1", Map.of("drover.shutdown-order", "last"), "drover.shutdown-order", "'last' is not a number");
        Map<String, String> many = IntStream.range(0, 65).boxed().collect(Collectors.toMap(i -> "k" + i, i -> "v"));
        refuses("web-1", many, "set", "more than 64");
    }

    @Test
    void aDrainedHostKeepsItsWindows() throws RefusedException {
        assertThat(labelling.drain(FakeFleet.H1)).containsEntry("drover.maintenance", "always");
        assertThat(labelling.drain(FakeFleet.H1)).containsEntry("drover.maintenance", "always");
        assertThat(labelling.undrain(FakeFleet.H1)).isEmpty();

        labelling.host(FakeFleet.H1, new LabelChange(Map.of("drover.maintenance", "sat/22:00/PT4H"), Set.of()));
        assertThat(labelling.drain(FakeFleet.H1)).containsEntry("drover.maintenance", "sat/22:00/PT4H,always");
        assertThat(labelling.undrain(FakeFleet.H1)).containsEntry("drover.maintenance", "sat/22:00/PT4H");
    }

    @Test
    void undrainTakesAHostOutOfTheMaintenanceOfAShutdown() throws RefusedException {
        labelling.host(FakeFleet.H1, new LabelChange(Map.of("drover.maintenance", "shutdown"), Set.of()));
        assertThat(labelling.undrain(FakeFleet.H1)).isEmpty();
    }

    @Test
    void groupsAndPinsAreForVms() {
        for (String key : Set.of("drover.affinity", "drover.anti-affinity", "drover.pin", "drover.shutdown-order")) {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> labelling.host(FakeFleet.H1, new LabelChange(Map.of(key, "1"), Set.of())))
                    .satisfies(e -> assertThat(e.field()).isEqualTo(key))
                    .withMessageContaining("is for VMs");
        }
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> labelling.drain(new HostId("h9")))
                .withMessageContaining("no host h9");
        assertThat(store.labels()).isEqualTo(Labels.NONE);
    }

    private void set(String vm, Map<String, String> labels) throws RefusedException {
        labelling.vm(vm, new LabelChange(labels, Set.of()));
    }

    private void refuses(String vm, Map<String, String> labels, String field, String why) {
        Labels before = store.labels();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> set(vm, labels))
                .satisfies(e -> assertThat(e.field()).isEqualTo(field))
                .withMessageContaining(why);
        assertThat(store.labels()).isEqualTo(before);
    }
}
