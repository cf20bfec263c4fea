package io.drover.messages.oslo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RpcApiTest {
    private static RpcRequest request(String method, String args, String version) {
        return RpcRequest.cast(method, (ObjectNode) JsonMapper.shared().readTree(args), version, "u");
    }

    @Test
    void servesItsOwnVersion() {
        assertThat(RpcApi.SCHEDULER.refusal(request("rebalance", "{}", "1.0"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1", "2.0", "0.9"})
    void refusesOtherVersions(String version) {
        assertThat(RpcApi.SCHEDULER.refusal(request("rebalance", "{}", version)))
                .get()
                .extracting(RpcFailure::className)
                .isEqualTo("UnsupportedVersion");
    }

    @ParameterizedTest
    @ValueSource(strings = {"reboot", "_private", "migrate", ""})
    void refusesUnknownMethods(String method) {
        assertThat(RpcApi.SCHEDULER.refusal(request(method, "{}", "1.0")))
                .get()
                .extracting(RpcFailure::className)
                .isEqualTo("NoSuchMethod");
    }

    @Test
    void refusesAForeignNamespace() {
        var request = new RpcRequest(
                "rebalance",
                JsonMapper.shared().createObjectNode(),
                "1.0",
                "baseapi",
                null,
                "u",
                JsonMapper.shared().createObjectNode());
        assertThat(RpcApi.SCHEDULER.refusal(request))
                .get()
                .extracting(RpcFailure::className)
                .isEqualTo("NoSuchMethod");
    }

    @Test
    void namesTheWrongArgument() {
        RpcFailure failure = RpcApi.SCHEDULER
                .refusal(request("cancel", "{\"migration\":\"x\"}", "1.0"))
                .orElseThrow();
        assertThat(failure.module()).isEqualTo("builtins");
        assertThat(failure.message()).startsWith("migration: ");
    }
}
