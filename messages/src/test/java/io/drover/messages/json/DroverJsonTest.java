package io.drover.messages.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationProgress;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.Samples;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

class DroverJsonTest {
    private static final JsonMapper MAPPER = DroverJson.mapper();

    static List<Object> values() {
        return List.of(
                Samples.task(),
                Samples.taskWithoutDeadline(),
                Samples.definition(),
                Samples.report(),
                Samples.VM,
                Samples.MIGRATION,
                Samples.SOURCE,
                new DiskId("swap"),
                new DecisionId(new UUID(1, 2)),
                new Failure(Failure.Kind.RETRYABLE, "later"),
                new MigrationProgress(Samples.MIGRATION, "copy", 2, 10, 20, 1.5, Duration.ofMillis(90_500)),
                new MigrationProgress(Samples.MIGRATION, "copy", 0, 0, 0, 0, null),
                MigrationState.ROLLING_BACK,
                DiskRole.SWAP);
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyRecordRoundTrips(Object value) {
        String text = MAPPER.writeValueAsString(value);
        Object read = MAPPER.readValue(text, value.getClass());
        assertThat(read).isEqualTo(value);
    }

    @Test
    void aTaskReadsAsDocumented() {
        assertThat(MAPPER.writeValueAsString(Samples.task()))
                .contains("\"disk_algorithms\":{\"data\":\"pre-copy\",\"swap\":\"stop-and-copy\"}")
                .contains("\"deadline\":\"2026-11-22T15:52:15.549057Z\"")
                .contains("\"source\":\"host1\"");
        assertThat(MAPPER.writeValueAsString(Samples.taskWithoutDeadline())).doesNotContain("deadline");
    }

    @Test
    void enumsAreLowerCaseBothWays() {
        assertThat(MAPPER.writeValueAsString(Samples.definition())).contains("\"role\":\"data\"", "\"role\":\"swap\"");
        assertThat(MAPPER.writeValueAsString(Failure.Kind.INTERNAL)).isEqualTo("\"internal\"");
        assertThat(MAPPER.readValue("\"SWAP\"", DiskRole.class)).isEqualTo(DiskRole.SWAP);
    }

    @ParameterizedTest
    @EnumSource(MigrationState.class)
    void statesUseTheirWireName(MigrationState state) {
        assertThat(MAPPER.writeValueAsString(state)).isEqualTo("\"" + state.wireName() + "\"");
        assertThat(MAPPER.readValue("\"" + state.wireName() + "\"", MigrationState.class))
                .isEqualTo(state);
    }

    @Test
    void idsAreKeysOfMaps() {
        var vms = Map.of(Samples.VM, 1);
        String text = MAPPER.writeValueAsString(vms);
        assertThat(text).isEqualTo("{\"" + Samples.VM + "\":1}");
        assertThat(MAPPER.readValue(text, new TypeReference<Map<VmId, Integer>>() {}))
                .isEqualTo(vms);
        var migrations = Map.of(Samples.MIGRATION, 1);
        assertThat(MAPPER.readValue(
                        MAPPER.writeValueAsString(migrations), new TypeReference<Map<MigrationId, Integer>>() {}))
                .isEqualTo(migrations);
        var hosts = Map.of(Samples.SOURCE, 1);
        assertThat(MAPPER.readValue(MAPPER.writeValueAsString(hosts), new TypeReference<Map<HostId, Integer>>() {}))
                .isEqualTo(hosts);
        var states = Map.of(MigrationState.ROLLING_BACK, DiskRole.SWAP);
        assertThat(MAPPER.writeValueAsString(states)).isEqualTo("{\"rolling_back\":\"swap\"}");
    }

    @Test
    void durationsAreIso() {
        var progress = new MigrationProgress(Samples.MIGRATION, "copy", 0, 0, 0, 0, Duration.ofSeconds(90));
        assertThat(MAPPER.writeValueAsString(progress)).contains("\"time_to_finish\":\"PT1M30S\"");
    }

    record Holder(@Nullable Instant at, String name, int count) {}

    @Test
    void unknownFieldsPassAndNullableOnesMayBeMissing() {
        assertThat(MAPPER.readValue("{\"name\":\"a\",\"count\":1,\"newer\":{}}", Holder.class))
                .isEqualTo(new Holder(null, "a", 1));
        assertThat(MAPPER.readValue("{\"at\":null,\"name\":\"a\",\"count\":1}", Holder.class))
                .isEqualTo(new Holder(null, "a", 1));
        assertThat(MAPPER.readValue("{\"at\":\"2026-11-22T16:00:00+01:00\",\"name\":\"a\",\"count\":1}", Holder.class))
                .isEqualTo(new Holder(Instant.parse("2026-11-22T15:00:00Z"), "a", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"count\":1}", "{\"name\":null,\"count\":1}"})
    void aMissingPartIsNamed(String text) {
        assertThatThrownBy(() -> MAPPER.readValue(text, Holder.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"a\"}", "{\"name\":\"a\",\"count\":null}", "{\"name\":\"a\",\"count\":1} x"})
    void aHalfRecordIsRefused(String text) {
        assertThatThrownBy(() -> MAPPER.readValue(text, Holder.class)).isInstanceOf(JacksonException.class);
    }

    @Test
    void aCheckedConstructorSpeaksThroughTheParser() {
        String task = MAPPER.writeValueAsString(Samples.task()).replace("host2.example.org", "host1");
        assertThatThrownBy(() -> MAPPER.readValue(task, MigrationTask.class))
                .hasMessageContaining("destination: host1 is also the source");
        String definition = MAPPER.writeValueAsString(Samples.definition()).replace("pc-q35-7.2", "q35");
        assertThatThrownBy(() -> MAPPER.readValue(definition, VmDefinition.class))
                .hasMessageContaining("machine");
    }
}
