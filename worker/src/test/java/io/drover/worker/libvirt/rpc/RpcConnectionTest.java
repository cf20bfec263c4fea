package io.drover.worker.libvirt.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RpcConnectionTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(50);
    /** Never answered by the server as such: the tests write the answers. */
    private static final Procedure QUESTION = Procedure.CONNECT_GET_HOSTNAME;

    @TempDir
    private Path folder;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private FakeLibvirt server;
    private RpcConnection connection;
    private OutputStream client;

    @BeforeEach
    void connect() throws Exception {
        server = new FakeLibvirt(folder.resolve("sock"));
        connection = RpcConnection.connect(folder.resolve("sock"), (_, payload) -> payload.string());
        client = server.client();
    }

    @AfterEach
    void disconnect() throws IOException {
        connection.close();
        server.close();
        threads.close();
    }

    private String ask(Duration limit) throws IOException, InterruptedException {
        return connection.call(QUESTION, new XdrWriter(), XdrReader::string, limit);
    }

    private void answer(RpcHeader call, String text) throws IOException {
        send(FakeLibvirt.reply(call, RpcHeader.OK), text);
    }

    private void send(RpcHeader header, String text) throws IOException {
        client.write(FakeLibvirt.frame(header, new XdrWriter().string(text)));
    }

    @Test
    void answersFindTheirCallersInAnyOrder() throws Exception {
        List<Future<String>> callers = new ArrayList<>();
        List<RpcHeader> calls = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            callers.add(threads.submit(() -> ask(LONG)));
            calls.add(server.received());
        }
        for (RpcHeader call : calls.reversed()) {
            answer(call, "answer to " + call.serial());
        }
        for (int i = 0; i < 20; i++) {
            assertThat(callers.get(i).get())
                    .isEqualTo("answer to " + calls.get(i).serial());
        }
    }

    @Test
    void aCallThatIsNotAnsweredInTimeLeavesTheConnection() throws Exception {
        assertThatThrownBy(() -> ask(SHORT))
                .isInstanceOf(LibvirtTimeoutException.class)
                .hasMessage("libvirt did not answer connect-get-hostname within PT0.05S; whether it takes effect is "
                        + "not known");
        RpcHeader late = server.received();
        Future<String> next = threads.submit(() -> ask(LONG));
        answer(late, "too late");
        answer(server.received(), "in time");

        assertThat(next.get()).isEqualTo("in time");
    }

    @Test
    void anInterruptedCallerLeavesTheConnection() throws Exception {
        Future<String> caller = threads.submit(() -> ask(LONG));
        RpcHeader left = server.received();
        caller.cancel(true);
        Future<String> next = threads.submit(() -> ask(LONG));
        RpcHeader call = server.received();
        answer(left, "to nobody");
        answer(call, "to somebody");

        assertThat(next.get()).isEqualTo("to somebody");
    }

    /** A server that takes nothing: what fills the socket waits, and what does not fit is not begun. */
    @Test
    void aDaemonThatTakesNothingCostsTheDeadlineOnly() throws Exception {
        byte[] much = new byte[3 << 20];
        try (var silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(UnixDomainSocketAddress.of(folder.resolve("silent")));
            try (RpcConnection blocked = RpcConnection.connect(folder.resolve("silent"), (_, _) -> {})) {
                assertThatThrownBy(() -> blocked.call(QUESTION, new XdrWriter().opaque(much), XdrReader::string, SHORT))
                        .isInstanceOf(LibvirtConnectionException.class)
                        .hasMessageContaining("does not take what is sent to it");
                assertThat(blocked.isOpen()).isFalse();
            }
        }
    }

    @Test
    void theEndOfTheDaemonFailsEveryCallerAtOnce() throws Exception {
        List<Future<String>> callers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            callers.add(threads.submit(() -> ask(LONG)));
            server.received();
        }
        client.close();
        for (Future<String> caller : callers) {
            assertThatThrownBy(caller::get)
                    .hasCauseInstanceOf(LibvirtConnectionException.class)
                    .hasMessageContaining("connect-get-hostname: the connection to libvirt is over: libvirt's daemon");
        }
        assertThat(connection.isOpen()).isFalse();
        assertThatThrownBy(() -> ask(LONG)).isInstanceOf(LibvirtConnectionException.class);
    }

    @Test
    void closingFailsWhoWaits() throws Exception {
        Future<String> caller = threads.submit(() -> ask(LONG));
        server.received();
        connection.close();

        assertThatThrownBy(caller::get).hasMessageContaining("it was closed here");
    }

    @Test
    void keepaliveIsAnswered() throws Exception {
        client.write(FakeLibvirt.frame(RpcHeader.message(Program.KEEPALIVE, Program.KEEPALIVE_PING), new XdrWriter()));

        assertThat(server.received()).isEqualTo(RpcHeader.message(Program.KEEPALIVE, Program.KEEPALIVE_PONG));
    }

    @Test
    void anErrorTellsCodePartAndWords() throws Exception {
        server.refuse(QUESTION, LibvirtException.NO_DOMAIN, "Domain not found: 'web1'");

        assertThatThrownBy(() -> ask(LONG))
                .hasMessage("libvirt refused connect-get-hostname: Domain not found: 'web1'")
                .asInstanceOf(InstanceOfAssertFactories.type(LibvirtException.class))
                .returns(42, LibvirtException::code)
                .returns(10, LibvirtException::domain)
                .returns("Domain not found: 'web1'", LibvirtException::words);
        assertThat(connection.isOpen()).isTrue();
    }

    /** 1 MiB is the longest XML that anybody has; libvirt sends at most 4 MiB. */
    @Test
    void longStringsAreTakenAndTooLongOnesAreNot() throws Exception {
        for (int bytes : new int[] {1 << 20, 4 << 20}) {
            Future<String> caller = threads.submit(() -> ask(LONG));
            answer(server.received(), "x".repeat(bytes));
            assertThat(caller.get()).hasSize(bytes);
        }
        Future<String> caller = threads.submit(() -> ask(LONG));
        client.write(FakeLibvirt.frame(
                FakeLibvirt.reply(server.received(), RpcHeader.OK), new XdrWriter().int32((16 << 20) + 1)));
        assertThatThrownBy(caller::get)
                .hasCauseInstanceOf(XdrException.class)
                .hasMessageContaining("malformed answer to connect-get-hostname: 16777217 bytes");
        assertThat(connection.isOpen()).isTrue();
        assertThatThrownBy(() ->
                        connection.call(QUESTION, new XdrWriter().opaque(new byte[33 << 20]), XdrReader::string, LONG))
                .isInstanceOf(XdrException.class)
                .hasMessageContaining("more than libvirt takes");
    }
}
