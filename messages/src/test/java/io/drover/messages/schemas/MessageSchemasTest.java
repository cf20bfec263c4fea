package io.drover.messages.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.Samples;
import io.drover.messages.json.DroverJson;
import io.drover.messages.oslo.RpcApi;
import java.util.Objects;
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

    @Test
    void severalErrorsAreCounted() {
        assertThat(refused(MessageSchemas.arguments("drover_worker", "migrate"), MAPPER.createObjectNode()))
                .hasMessageEndingWith("(and 6 more)");
    }
}
