package io.drover.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.messages.HostId;
import io.drover.scheduler.http.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, addresses and ports of this host. */
class AddressChecksTest {
    private static final HostId NOWHERE = new HostId("no-such-host.invalid");

    @ParameterizedTest
    @CsvSource({
        "no-such-host.invalid, FAIL, no resolver knows",
        "0.0.0.0, FAIL, no address that they can reach",
        "192.0.2.1, FAIL, is no address of this host",
        "127.0.0.1, WARN, from this host alone"
    })
    void anAddressThatPeersCannotReachIsTold(String address, Level level, String says) throws Exception {
        Finding finding =
                new AddressCheck(new HostId("localhost"), address).look().getFirst();
        assertThat(finding.level()).isEqualTo(level);
        assertThat(finding.found()).startsWith("peer.address: ").contains(says);
        assertThat(finding.remedy()).isNotEmpty();
    }

    @Test
    void aHostThatNoResolverKnowsIsTold() throws Exception {
        assertThat(new AddressCheck(NOWHERE, "127.0.0.1").look().get(1))
                .matches(finding -> finding.level() == Level.WARN)
                .extracting(Finding::found)
                .isEqualTo("host: no resolver knows the name " + NOWHERE);
        assertThat(new AddressCheck(new HostId("localhost"), "127.0.0.1")
                        .look()
                        .get(1)
                        .level())
                .isEqualTo(Level.OK);
    }

    private static Finding port(InetSocketAddress address) throws InterruptedException {
        return new ApiPortCheck(HttpSettings.open(address)).look().getFirst();
    }

    @Test
    void aPortOfTheApiIsFreeOrASchedulersOrAnothers() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(server, "{\"code\":\"unauthorized\",\"message\":\"show a token\"}", 401);
        server.start();
        InetSocketAddress taken = server.getAddress();
        assertThat(port(taken))
                .isEqualTo(Finding.ok("http.address and http.port, 127.0.0.1:" + taken.getPort()
                        + ": a scheduler answers, and asks for a token"));
        server.removeContext("/");
        answer(server, "<html>", 200);
        assertThat(port(taken))
                .matches(finding -> finding.level() == Level.FAIL)
                .matches(finding -> finding.found().endsWith("in use by another program"));
        server.stop(0);
        assertThat(port(taken).found()).endsWith("free for the scheduler");
    }

    private static void answer(HttpServer server, String text, int status) {
        server.createContext("/", exchange -> {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    @Test
    void anAddressThatIsNotHereCannotBeListenedAt() throws IOException, InterruptedException {
        var elsewhere = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 7070);
        var tls = new HttpSettings.Tls(Path.of("/none"), Path.of("/none"));
        List<Finding> findings = new ApiPortCheck(new HttpSettings(elsewhere, tls, false)).look();
        assertThat(findings).singleElement().matches(finding -> finding.level() == Level.FAIL);
        assertThat(findings.getFirst().found()).contains("Cannot assign requested address");
    }
}
