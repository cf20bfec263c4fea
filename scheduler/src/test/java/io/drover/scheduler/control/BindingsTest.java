package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.Verification;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.scheduler.MigrationOverride;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of VMs and hosts binds whoever asks for a move by name, until somebody says why not. */
@Tag("attack")
class BindingsTest {
    private final Core core = new Core();
    private final Labelling labelling = new Labelling(core.store);

    @BeforeEach
    void measured() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
    }

    @ParameterizedTest
    @DisplayName("K14: labels of VM and hosts bind a move that is asked for by name")
    @CsvSource({
        "host, h3, drover.maintenance, always, h3 is in maintenance",
        "host, h3, drover.exclude, true, h3 is excluded",
        "host, h1, drover.exclude, true, h1 is excluded",
        "vm, web-2, drover.exclude, true, web-2 is excluded",
        "vm, web-2, drover.pin, h1, web-2 is pinned to h1",
        "vm, web-2, drover.maintenance, 2020-01-01T00:00:00Z/2020-01-02T00:00:00Z, only in its window",
        "vm, web-2, drover.cpu-model, Skylake, needs the processor Skylake",
    })
    void binds(String what, String name, String key, String value, String says) throws RefusedException {
        label(what, name, key, value);

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.requests.migrate(request(1, null)))
                .withMessageContaining(says)
                .withMessageContaining(key)
                .withMessageContaining("--force")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNFIT));
        assertThat(core.migrations()).isEmpty();

        assertThat(core.requests.migrate(request(1, "the rack burns")).destination())
                .isEqualTo(FakeFleet.H3);
        MigrationOverride override =
                Objects.requireNonNull(core.store.migration(id(1)).orElseThrow().override());
        assertThat(override.reason()).isEqualTo("the rack burns");
        assertThat(override.by()).isEqualTo("anna");
        assertThat(override.rules()).singleElement().asString().contains(says);
    }

    @Test
    @DisplayName("K14: groups bind as well")
    void groupsBind() throws RefusedException {
        label("vm", "web-1", "drover.affinity", "shop");
        label("vm", "web-2", "drover.affinity", "shop");

        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.requests.migrate(request(1, null)))
                .withMessageContaining("web-2 stays together with web-1 (drover.affinity)");
    }

    @Test
    @DisplayName("K14: what overrides nothing records nothing, and force wants a destination")
    void forceIsForSomething() throws RefusedException {
        assertThat(core.requests.migrate(request(1, "to be sure")).destination())
                .isEqualTo(FakeFleet.H3);
        assertThat(core.store.migration(id(1)).orElseThrow().override()).isNull();
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> core.requests.migrate(request(2, null, "because")))
                .satisfies(e -> assertThat(e.field()).isEqualTo("force"));
    }

    private void label(String what, String name, String key, String value) throws RefusedException {
        var change = new LabelChange(Map.of(key, value), Set.of());
        if (what.equals("host")) {
            labelling.host(new HostId(name), change);
        } else {
            labelling.vm(name, change);
        }
    }

    private static MigrationId id(int number) {
        return new MigrationId(new UUID(14, number));
    }

    private static MigrateRequest request(int number, @Nullable String force) {
        return request(number, FakeFleet.H3, force);
    }

    private static MigrateRequest request(int number, @Nullable HostId to, @Nullable String force) {
        return new MigrateRequest(
                id(number),
                "web-2",
                to,
                null,
                Map.of(),
                null,
                null,
                false,
                List.of(),
                Verification.READ_BACK,
                force,
                "anna");
    }
}
