package io.drover.worker.peer.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.worker.peer.DestinationDirectory;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.ControlPayload;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.wire.Frame;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class CallDispatchTest {
    private static final MigrationId MIGRATION = new MigrationId(new UUID(1, 1));

    @Test
    @Tag("attack")
    @DisplayName("A3: a call that ends in an Error at the destination is answered")
    void anErrorIsAnAnswer() throws Exception {
        var directory = (DestinationDirectory) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DestinationDirectory.class}, (_, _, _) -> {
                    throw new InternalError("a fault");
                });
        var dispatch = new CallDispatch(MIGRATION, directory, new SessionDisks(MIGRATION, directory, 1, _ -> {}));
        var request = ControlPayload.decode(CallCodec.encode(new PeerCall.Observe(), Frame.NOTHING));
        var reply = ControlPayload.decode(dispatch.answer(request)).as(CallCodec.Reply.class);
        assertThat(Objects.requireNonNull(reply.refused()))
                .returns(Failure.Kind.INTERNAL, Failure::kind)
                .satisfies(failure -> assertThat(failure.message()).contains("a fault"));
    }
}
