package io.drover.messages.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.drover.messages.HostReport;
import io.drover.messages.InvalidMessageException;
import io.drover.messages.Samples;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.RpcApi;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MessageSchemasTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private static InvalidMessageException refused(MessageSchema schema, JsonNode message) {
        return Objects.requireNonNull(
                catchThrowableOfType(InvalidMessageException.class, () -> schema.check(message)), "was accepted");
    }

    @Test
    void everyMethodHasItsSchema() {
        for (RpcApi api : new RpcApi[] {RpcApi.SCHEDULER, RpcApi.WORKER}) {
            for (String method : api.methods()) {
                assertThat(MessageSchemas.arguments(api.topic(), method)).isNotNull();
            }
        }
        assertThatThrownBy(() -> MessageSchemas.arguments("drover", "reboot"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatTheRecordsWriteIsValid() throws Exception {
        MessageSchemas.arguments("drover_worker", "migrate")
                .check(DroverJson.mapper().valueToTree(Samples.task()));
        MessageSchemas.arguments("drover_worker", "migrate")
                .check(DroverJson.mapper().valueToTree(Samples.taskWithoutDeadline()));
        MessageSchemas.load().check(DroverJson.mapper().valueToTree(Samples.report()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "live_migrate | {}                                                  | vm",
                "live_migrate | {\"vm\":7}                                          | vm",
                "live_migrate | {\"vm\":\"Web 1\"}                                  | vm",
                "live_migrate | {\"vm\":\"web-1\",\"hots\":\"a\"}                   | hots",
                "live_migrate | {\"vm\":\"web-1\",\"host\":\"UPPER\"}               | host",
                "live_migrate | {\"vm\":\"web-1\",\"host\":null}                    | host",
                "live_migrate | {\"vm\":\"web-1\",\"deadline\":\"tomorrow\"}        | deadline",
                "live_migrate | {\"vm\":\"web-1\",\"deadline\":\"2026-13-01T00:00:00Z\"} | deadline",
                "live_migrate | {\"vm\":\"web-1\",\"disk_algorithms\":{\"swap\":1}} | disk_algorithms.swap",
                "live_migrate | {\"vm\":\"web-1\",\"disk_algorithms\":{\"S\":\"a\"}}| disk_algorithms",
                "cancel       | {\"migration\":\"x\"}                               | migration",
                "cancel       | {\"migration\":\"0c9c7b1e2f464c7e8f5e3b1d2c3e4f50\"}| migration",
                "get_migration| {}                                                  | migration",
                "drain_host   | {\"host\":\"\"}                                     | host",
                "rebalance    | {\"now\":true}                                      | now"
            })
    void namesTheArgumentAtFault(String method, String args, String field) {
        InvalidMessageException refusal = refused(MessageSchemas.arguments("drover", method), MAPPER.readTree(args));
        assertThat(refusal.field()).as(refusal.getMessage()).startsWith(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "vm", "source", "destination", "algorithm", "disk_algorithms", "reason"})
    void aTaskMustBeWhole(String field) {
        ObjectNode task = DroverJson.mapper().valueToTree(Samples.task());
        task.remove(field);
        assertThat(refused(MessageSchemas.arguments("drover_worker", "migrate"), task))
                .extracting(InvalidMessageException::field)
                .isEqualTo(field);
    }

    @Test
    void errorsInsideListsNameTheirPlace() {
        ObjectNode report = DroverJson.mapper().valueToTree(Samples.report());
        ((ObjectNode) report.get("vms").get(0)).put("cpu_cores", -1);
        assertThat(refused(MessageSchemas.load(), report).field()).isEqualTo("vms.0.cpu_cores");
    }

    @Test
    void readersLetNewerFieldsOfReportsPass() {
        ObjectNode report = DroverJson.mapper().valueToTree(Samples.report());
        report.put("added_later", 1);
        assertThatCode(() -> MessageSchemas.load().check(report)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @Tag("attack")
    @DisplayName("A8: a report holds no number that no host has")
    @CsvSource({
        "period_seconds, 601",
        "capacity.cpu_cores, 1e308",
        "capacity.memory_bytes, 9223372036854775807",
        "capacity.images_bytes, 9223372036854775807",
        "capacity.link_bytes_per_second, 9223372036854775807",
        "load.cpu_cores, 8193",
        "load.memory_bytes, 9007199254740993",
        "load.disk_read_bytes_per_second, 1e308",
        "load.disk_write_bytes_per_second, 17592186044417",
        "load.images_free_bytes, 9223372036854775807",
        "load.cpu_pressure, 1.1",
        "load.cpu_cores, NaN",
        "load.cpu_cores, Infinity",
    })
    void aReportIsBounded(String path, String number) {
        ObjectNode report = DroverJson.mapper().valueToTree(Samples.report());
        String[] names = path.split("\\.", -1);
        ObjectNode at = names.length == 1 ? report : (ObjectNode) report.get(names[0]);
        String name = names[names.length - 1];
        if (number.matches("[0-9]+")) {
            at.put(name, Long.parseLong(number));
        } else {
            at.put(name, Double.parseDouble(number));
        }
        assertThat(refused(MessageSchemas.load(), report).field()).isEqualTo(path);
    }

    @Test
    void theBoundsAreThoseOfTheRecord() throws Exception {
        ObjectNode report = DroverJson.mapper().valueToTree(Samples.report());
        ((ObjectNode) report.get("load"))
                .put("cpu_cores", HostReport.CPU_CORES_MAX)
                .put("memory_bytes", HostReport.BYTES_MAX)
                .put("disk_read_bytes_per_second", HostReport.BYTES_PER_SECOND_MAX);
        MessageSchemas.load().check(report);
    }

    @Test
    void severalErrorsAreCounted() {
        assertThat(refused(MessageSchemas.arguments("drover_worker", "migrate"), MAPPER.createObjectNode()))
                .hasMessageEndingWith("(and 6 more)");
    }
}
