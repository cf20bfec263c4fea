package io.drover.worker.peer.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.Failure;
import io.drover.messages.ImageName;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.peer.Destination;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.Extent;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/peer-protocol.md says of calls and answers; a worker of another version reads it. */
final class CallCodecTest {
    private static final DiskId DATA = new DiskId("data");
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    static Stream<Arguments> calls() {
        return Stream.of(
                Arguments.of(
                        new PeerCall.TakeBase(new ImageName("base.raw"), 4096, "ab", 512),
                        "{\"call\":\"take_base\",\"arguments\":"
                                + "{\"image\":\"base.raw\",\"size\":4096,\"sha256\":\"ab\",\"offset\":512}}"),
                Arguments.of(new PeerCall.OpenDisk(DATA), "{\"call\":\"open_disk\",\"arguments\":{\"disk\":\"data\"}}"),
                Arguments.of(
                        new PeerCall.Offer(DATA, 0, 65536, 4096, "AQ=="),
                        "{\"call\":\"offer\",\"arguments\":{\"disk\":\"data\",\"offset\":0,\"length\":65536,"
                                + "\"block_bytes\":4096,\"blocks\":\"AQ==\"}}"),
                Arguments.of(
                        new PeerCall.AwaitComplete(Duration.ofSeconds(30)),
                        "{\"call\":\"await_complete\",\"arguments\":{\"limit\":\"PT30S\"}}"),
                Arguments.of(
                        new PeerCall.LeaveBehind(DATA, List.of(0L, 4096L)),
                        "{\"call\":\"leave_behind\",\"arguments\":{\"disk\":\"data\",\"extents\":[0,4096]}}"),
                Arguments.of(
                        new PeerCall.Missing(DATA, 4096),
                        "{\"call\":\"missing\",\"arguments\":{\"disk\":\"data\",\"offset\":4096}}"),
                Arguments.of(
                        new PeerCall.Compare(DATA, 0, 4096, true),
                        "{\"call\":\"compare\",\"arguments\":"
                                + "{\"disk\":\"data\",\"offset\":0,\"length\":4096,\"zero\":true}}"),
                Arguments.of(new PeerCall.CompletePull(), "{\"call\":\"complete_pull\"}"),
                Arguments.of(new PeerCall.Run(), "{\"call\":\"run\"}"),
                Arguments.of(new PeerCall.Observe(), "{\"call\":\"observe\"}"),
                Arguments.of(new PeerCall.BeginSwitchover(), "{\"call\":\"begin_switchover\"}"),
                Arguments.of(new PeerCall.Settle(), "{\"call\":\"settle\"}"),
                Arguments.of(new PeerCall.Abort(), "{\"call\":\"abort\"}"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aCallIsWrittenAsTheProtocolSays(PeerCall<?> call, String document) throws IOException {
        ControlPayload payload = ControlPayload.decode(CallCodec.encode(call, NONE));
        assertThat(payload.json()).isEqualTo(DroverJson.mapper().readTree(document));
        assertThat(CallCodec.decode(payload)).isEqualTo(call);
    }

    /** {@code prepare} alone is too large for the list: its request is pinned by name. */
    @Test
    void everyCallIsInTheListOrIsPrepare() {
        List<Object> listed =
                calls().<Object>map(line -> line.get()[0].getClass()).toList();
        assertThat(PeerCall.class.getPermittedSubclasses())
                .allSatisfy(call -> assertThat(listed.contains(call) || call == PeerCall.Prepare.class)
                        .as(call.getName())
                        .isTrue());
    }

    @Test
    void theArgumentsOfPrepareAreItsRequest() throws IOException {
        var need = new Destination.DiskNeed(1 << 20, 4096, "pre-copy", true, false, null);
        var sample = new VmDefinition(
                new VmId(new UUID(0, 1)),
                "vm-1",
                1,
                64L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(new DiskDefinition(DATA, DiskRole.DATA, "vm-1-data.raw")));
        var call = new PeerCall.Prepare(
                new Destination.PrepareRequest(sample, 3, Map.of(DATA, need), "7.2", "tcg", false));
        ControlPayload payload = ControlPayload.decode(CallCodec.encode(call, NONE));
        var mapper = DroverJson.mapper();
        String document = "{\"call\":\"prepare\",\"arguments\":{\"definition\":" + mapper.writeValueAsString(sample)
                + ",\"epoch\":3,\"disks\":{\"data\":" + mapper.writeValueAsString(need)
                + "},\"hypervisor_version\":\"7.2\",\"accelerator\":\"tcg\",\"idle\":false}}";
        assertThat(payload.json()).isEqualTo(mapper.readTree(document));
        assertThat(CallCodec.decode(payload)).isEqualTo(call);
    }

    @Test
    void anAnswerIsAResultNothingOrAReason() throws IOException {
        var compared = new RegionComparison(0, 1, 1, 0, List.of(), "ab", "ab");
        assertThat(answered(CallCodec.Reply.of(compared), new PeerCall.Compare(DATA, 0, 4096, true)))
                .isEqualTo(compared);
        assertThat(answered(CallCodec.Reply.of(new PeerCall.Nothing()), new PeerCall.Run()))
                .isEqualTo(new PeerCall.Nothing());
        assertThat(ControlPayload.decode(ControlPayload.encode(CallCodec.Reply.of(new PeerCall.Nothing()), NONE))
                        .json())
                .isEqualTo(DroverJson.mapper().readTree("{}"));
        var refused = CallCodec.Reply.refused(new Failure(Failure.Kind.HOST, "no room"));
        assertThatThrownBy(() -> answered(refused, new PeerCall.Run()))
                .isInstanceOf(PeerRefusedException.class)
                .hasMessageContaining("no room");
        assertThatThrownBy(() -> answered(CallCodec.Reply.failed("broken"), new PeerCall.Run()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("broken");
        assertThatThrownBy(() -> answered(new CallCodec.Reply(null, null, null), new PeerCall.Observe()))
                .isInstanceOf(WireException.class);
    }

    @Test
    void whatIsNoCallIsRefusedByName() {
        for (String document : List.of("{}", "{\"call\":\"retire\"}", "{\"call\":\"open_disk\"}", "[]", "null")) {
            assertThatThrownBy(() -> CallCodec.decode(ControlPayload.decode(
                            ControlPayload.encode(DroverJson.mapper().readTree(document), NONE))))
                    .as(document)
                    .isInstanceOf(WireException.class);
        }
    }

    @Test
    void setsOfBlocksAndExtentsComeBack() throws IOException {
        var blocks = new BitSet();
        blocks.set(0);
        blocks.set(63, 70);
        assertThat(CallCodec.blocks(CallCodec.blocks(blocks))).isEqualTo(blocks);
        var extents = List.of(new Extent(0, 4096), new Extent(8192, 512));
        assertThat(CallCodec.extents(CallCodec.flat(extents))).isEqualTo(extents);
        assertThatThrownBy(() -> CallCodec.extents(Arrays.asList(0L))).isInstanceOf(WireException.class);
    }

    private static <R> R answered(CallCodec.Reply reply, PeerCall<R> call) throws IOException {
        return CallCodec.result(ControlPayload.decode(ControlPayload.encode(reply, NONE)), call);
    }
}
