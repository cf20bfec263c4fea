package io.drover.worker.peer.call;

import io.drover.messages.Failure;
import io.drover.messages.json.DroverJson;
import io.drover.worker.peer.PeerRefusedException;
import io.drover.worker.replication.Extent;
import io.drover.worker.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How calls and their answers are written: {@code {"call": NAME, "arguments": {…}}} and {@code {"result": {…}}}. */
public final class CallCodec {
    private static final Map<String, Class<?>> CALLS = Arrays.stream(PeerCall.class.getPermittedSubclasses())
            .collect(Collectors.toMap(CallCodec::name, Function.identity()));

    private CallCodec() {}

    /** The document of a REQUEST. */
    private record Request(String call, @Nullable JsonNode arguments) {
        Request {
            Objects.requireNonNull(call, "call");
        }
    }

    /**
     * The document of an ANSWER: a result, or why there is none.
     *
     * @param refused the destination understood and said no
     * @param failed it tried and something else went wrong
     */
    public record Reply(
            @Nullable JsonNode result,
            @Nullable Failure refused,
            @Nullable String failed) {
        /** {@link PeerCall.Nothing} is no result. */
        public static Reply of(Object result) {
            return new Reply(withoutArguments(result.getClass()) ? null : tree(result), null, null);
        }

        public static Reply refused(Failure failure) {
            return new Reply(null, failure, null);
        }

        public static Reply failed(String text) {
            return new Reply(null, null, text);
        }
    }

    /** As in the protocol, for example {@code open_disk}. */
    public static String name(PeerCall<?> call) {
        return name(call.getClass());
    }

    /** Whether a REQUEST is of this call; says nothing of its arguments. */
    public static boolean is(ControlPayload request, Class<? extends PeerCall<?>> call) {
        return request.json().path("call").asString("").equals(name(call));
    }

    private static String name(Class<?> call) {
        return call.getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }

    /**
     * The payload of a REQUEST.
     *
     * @param bytes what belongs to the call, behind the document
     */
    public static ByteBuffer encode(PeerCall<?> call, ByteBuffer bytes) throws WireException {
        JsonNode arguments = withoutArguments(call.getClass()) ? null : tree(call);
        return ControlPayload.encode(new Request(name(call), arguments), bytes);
    }

    /** The call of a REQUEST; its bytes stay in the payload. */
    public static PeerCall<?> decode(ControlPayload payload) throws WireException {
        Request request = payload.as(Request.class);
        Class<?> type = CALLS.get(request.call());
        if (type == null) {
            throw new WireException("'" + request.call() + "' is unknown");
        }
        JsonNode arguments = withoutArguments(type) ? DroverJson.mapper().createObjectNode() : request.arguments();
        return (PeerCall<?>) ControlPayload.convert(arguments, type);
    }

    /**
     * The result of an ANSWER.
     *
     * @throws PeerRefusedException when the destination said no
     * @throws IOException when it failed
     */
    public static <R> R result(ControlPayload answer, PeerCall<R> call) throws IOException {
        Reply reply = answer.as(Reply.class);
        if (reply.refused() != null) {
            throw new PeerRefusedException(reply.refused());
        }
        if (reply.failed() != null) {
            throw new IOException("the destination failed: " + reply.failed());
        }
        Class<R> type = call.answer();
        return ControlPayload.convert(
                withoutArguments(type) ? DroverJson.mapper().createObjectNode() : reply.result(), type);
    }

    private static boolean withoutArguments(Class<?> type) {
        return type.isRecord() && type.getRecordComponents().length == 0;
    }

    private static JsonNode tree(Object document) {
        return DroverJson.mapper().valueToTree(document);
    }

    /** A set of block numbers as base64 of bytes, bit 0 of byte 0 being block 0. */
    public static String blocks(BitSet blocks) {
        return Base64.getEncoder().encodeToString(blocks.toByteArray());
    }

    public static BitSet blocks(String text) throws WireException {
        try {
            return BitSet.valueOf(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new WireException("no set of blocks: " + e.getMessage());
        }
    }

    /** Offset and length by turns. */
    public static List<Long> flat(List<Extent> extents) {
        return extents.stream()
                .flatMap(extent -> Stream.of(extent.offset(), extent.length()))
                .toList();
    }

    public static List<Extent> extents(List<Long> flat) throws WireException {
        var extents = new ArrayList<Extent>();
        try {
            for (int i = 0; i < flat.size(); i += 2) {
                extents.add(new Extent(flat.get(i), flat.get(i + 1)));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new WireException("extents: " + e.getMessage());
        }
        return extents;
    }
}
