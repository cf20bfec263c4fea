package io.drover.messages.oslo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.drover.messages.Failure;
import io.drover.messages.InvalidMessageException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

class OsloCodecTest {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    /** The inner message of a call as oslo.messaging 14.0.3 sent it. */
    private static final String CAPTURED = """
            {"method":"check_can_live_migrate_destination","args":{"a":1},"version":"6.0",\
            "_msg_id":"0123456789abcdef0123456789abcdef","_reply_q":"reply_fedcba9876543210fedcba9876543210",\
            "_timeout":4,"_unique_id":"00112233445566778899aabbccddeeff",\
            "_context_request_id":"req-1","_context_user_id":"u","_context_is_admin":true,"_new_key":[1]}""";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] wrapped(String version, String inner) {
        ObjectNode outer = MAPPER.createObjectNode();
        return bytes(
                outer.put("oslo.version", version).put("oslo.message", inner).toString());
    }

    private static ObjectNode object(String text) {
        return (ObjectNode) MAPPER.readTree(text);
    }

    private static InvalidMessageException refused(byte[] body) {
        return Objects.requireNonNull(
                catchThrowableOfType(InvalidMessageException.class, () -> OsloCodec.decodeRequest(body)),
                "was accepted");
    }

    @Test
    void readsACallOfThePythonClient() throws Exception {
        RpcRequest request = OsloCodec.decodeRequest(wrapped("2.0", CAPTURED));
        assertThat(request.method()).isEqualTo("check_can_live_migrate_destination");
        assertThat(request.args()).isEqualTo(object("{\"a\":1}"));
        assertThat(request.version()).isEqualTo("6.0");
        assertThat(request.namespace()).isNull();
        assertThat(request.replyTo())
                .isEqualTo(new RpcRequest.ReplyTo(
                        "0123456789abcdef0123456789abcdef", "reply_fedcba9876543210fedcba9876543210", 4.0));
        assertThat(request.uniqueId()).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(request.context())
                .isEqualTo(object("{\"request_id\":\"req-1\",\"user_id\":\"u\",\"is_admin\":true}"));
    }

    @Test
    void readsAnUnwrappedBody() throws Exception {
        assertThat(OsloCodec.decodeRequest(bytes(CAPTURED)))
                .isEqualTo(OsloCodec.decodeRequest(wrapped("2.0", CAPTURED)));
    }

    @Test
    void fillsInWhatOsloLeavesOut() throws Exception {
        RpcRequest request = OsloCodec.decodeRequest(wrapped("2.0", "{\"method\":\"m\",\"_unique_id\":\"u\"}"));
        assertThat(request).isEqualTo(RpcRequest.cast("m", MAPPER.createObjectNode(), "1.0", "u"));
    }

    @Test
    void roundTripsRequests() throws Exception {
        var request = new RpcRequest(
                "m",
                object("{\"text\":\"gr\\u00fc\\u00dfe \\ud83d\\udc0e\",\"list\":[{\"a\":null}]}"),
                "1.3",
                "ns",
                new RpcRequest.ReplyTo("id", "q", null),
                "u",
                object("{\"request_id\":\"r\"}"));
        assertThat(OsloCodec.decodeRequest(bytes(OsloCodec.encode(request)))).isEqualTo(request);
        assertThat(OsloCodec.decodeRequest(bytes(OsloCodec.innerText(request)))).isEqualTo(request);
        assertThat(OsloCodec.innerText(request)).contains("\"_timeout\":null");
    }

    @Test
    void roundTripsReplies() throws Exception {
        var result = new RpcReply("id", object("{\"a\":1}"), null, true, "u");
        assertThat(OsloCodec.decodeReply(bytes(OsloCodec.encode(result)))).isEqualTo(result);
        // The Python client reads data['failure']: the key must be there.
        assertThat(OsloCodec.encode(result)).contains("\\\"failure\\\":null");
        var failure = RpcFailure.of(new Failure(Failure.Kind.HOST, "no \"room\""));
        var failed = new RpcReply("id", NullNode.getInstance(), failure, true, "u");
        assertThat(OsloCodec.decodeReply(bytes(OsloCodec.encode(failed)))).isEqualTo(failed);
    }

    @Test
    void roundTripsNotifications() throws Exception {
        var notification = Notification.of(
                "id", "drover.host1", "migration.completed", "INFO", object("{\"a\":1}"), "2026-11-22 15:52:15.549057");
        assertThat(OsloCodec.decodeNotification(bytes(OsloCodec.encode(notification))))
                .isEqualTo(notification);
    }

    @Test
    void unwrapsNovaObjects() throws Exception {
        String args = """
                {"vm":{"nova_object.name":"Instance","nova_object.namespace":"nova","nova_object.version":"2.7",
                 "nova_object.data":{"uuid":"x","flavor":{"nova_object.name":"Flavor","nova_object.data":{"vcpus":2}},
                 "disks":[{"nova_object.data":{"n":1}}]}},"plain":1}""";
        RpcRequest request =
                OsloCodec.decodeRequest(bytes("{\"method\":\"m\",\"_unique_id\":\"u\",\"args\":" + args + "}"));
        assertThat(request.args())
                .isEqualTo(
                        object("{\"vm\":{\"uuid\":\"x\",\"flavor\":{\"vcpus\":2},\"disks\":[{\"n\":1}]},\"plain\":1}"));
        RpcRequest whole = OsloCodec.decodeRequest(
                bytes("{\"method\":\"m\",\"_unique_id\":\"u\",\"args\":{\"nova_object.data\":{\"vm\":1}}}"));
        assertThat(whole.args()).isEqualTo(object("{\"vm\":1}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "2.1", "3.0", "x", "", "2.0.0.\u0000"})
    void refusesAnEnvelopeOfAnotherVersion(String version) {
        assertThat(refused(wrapped(version, CAPTURED)).field()).isEqualTo("oslo.version");
    }

    @Test
    void aVersionOfThreePartsCountsByItsFirstTwo() throws Exception {
        assertThat(OsloCodec.decodeRequest(wrapped("2.0.7", CAPTURED)).version())
                .isEqualTo("6.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                       | body",
                "nonsense                                                 | body",
                "[]                                                       | body",
                "{\"a\":1}}                                               | body",
                "{\"method\":\"a\",\"method\":\"b\"}                      | body",
                "{}                                                       | _unique_id",
                "{\"_unique_id\":\"u\"}                                   | method",
                "{\"_unique_id\":\"u\",\"method\":7}                      | method",
                "{\"_unique_id\":\"u\",\"method\":\"\"}                   | method",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"args\":[]}      | args",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"version\":\"x\"}| version",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"version\":1}    | version",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"_msg_id\":\"i\"}| _reply_q",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"_reply_q\":\"q\"}| _msg_id",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"_msg_id\":\"i\",\"_reply_q\":\"q\",\"_timeout\":-1}| _timeout",
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"namespace\":{}} | namespace",
                "{\"oslo.version\":\"2.0\",\"oslo.message\":{}}          | oslo.message",
                "{\"oslo.version\":\"2.0\",\"oslo.message\":\"[\"}       | oslo.message",
                "{\"oslo.version\":2,\"oslo.message\":\"{}\"}            | oslo.version"
            })
    void namesTheFieldAtFault(String body, String field) {
        InvalidMessageException refusal = refused(bytes(body));
        assertThat(refusal.field()).isEqualTo(field);
        assertThat(refusal).hasMessageStartingWith(field + ": ");
    }

    @Test
    void refusesWhatNoDatabaseCanHold() {
        String body = "{\"_unique_id\":\"u\",\"method\":\"m\",\"args\":{\"deep\":[{\"reason\":\"a@b\"}]}}";
        for (String bad : new String[] {"\\u0000", "\\ud800", "\\udc00", "\\ud800x"}) {
            assertThat(refused(bytes(body.replace("@", bad))).field()).isEqualTo("reason");
        }
        assertThatThrownBy(() -> OsloCodec.decodeRequest(
                        bytes("{\"_unique_id\":\"u\",\"method\":\"m\",\"args\":{\"a\\u0000\":1}}")))
                .isInstanceOf(InvalidMessageException.class);
    }

    @Test
    void boundsSizeAndDepth() {
        assertThat(refused(new byte[(1 << 20) + 1])).hasMessageContaining("bytes, more than");
        String deep =
                "{\"_unique_id\":\"u\",\"method\":\"m\",\"args\":{\"a\":" + "[".repeat(40) + "]".repeat(40) + "}}";
        assertThat(refused(bytes(deep))).hasMessageContaining("depth");
        String longId = "{\"_unique_id\":\"" + "u".repeat(256) + "\",\"method\":\"m\"}";
        assertThat(refused(bytes(longId)).field()).isEqualTo("_unique_id");
        assertThat(refused(new byte[] {'"', (byte) 0xc3, '"'})).hasMessageContaining("UTF-8");
    }
}
