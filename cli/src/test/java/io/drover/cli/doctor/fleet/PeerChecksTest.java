package io.drover.cli.doctor.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.cli.doctor.fleet.VersionsCheck.Told;
import io.drover.messages.HostId;
import io.drover.messages.config.Settings;
import io.drover.messages.time.SystemClock;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.worker.HostResources;
import io.drover.worker.WorkerConfig;
import io.drover.worker.peer.channel.PeerProbe.Answer;
import io.drover.worker.peer.channel.PeerProbe.Back;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of peers, and of versions; the asking itself is tried over real connections elsewhere. */
@SuppressWarnings("NullAway.Init") // Set before each test.
class PeerChecksTest {
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final HostId H3 = new HostId("h3");

    private DatabaseInspection away;
    private PeerRound round;

    @BeforeEach
    void aRoundThatCannotBegin() throws Exception {
        String url = "jdbc:postgresql://127.0.0.1:1/drover";
        away = DatabaseInspection.open(new DatabaseSettings(url, "x", "x", 1, SECOND, SECOND));
        WorkerConfig config = WorkerConfig.read(
                Settings.of(Map.of(
                        "host", "h1",
                        "database.url", url,
                        "database.user", "x",
                        "database.password", "x",
                        "rabbit.user", "x",
                        "rabbit.password", "x",
                        "state.folder", "/no/state",
                        "images.folder", "/no/images",
                        "peer.encryption", "off")),
                HostResources.measured());
        round = new PeerRound(config, away, new SystemClock());
    }

    @AfterEach
    void close() {
        away.close();
    }

    private static PeerRound.Asked peer(String host, @Nullable Answer answer, @Nullable String problem) {
        return new PeerRound.Asked(new HostId(host), host + ":7101", NOW, NOW.plusSeconds(1), answer, problem);
    }

    private static Answer answer(Instant now, @Nullable Back back) {
        return new Answer(now, "0.1.0", back);
    }

    private static PeerRound.Result result(PeerRound.Asked... asked) {
        return new PeerRound.Result(List.of(asked), List.of());
    }

    @Test
    void peersThatAreNotReachedOrSilentAreTold() {
        var result = new PeerRound.Result(
                List.of(peer("h2", answer(NOW, null), null), peer("h4", null, "no answer within 15000 ms")),
                List.of(H3));
        List<Finding> findings = new PeersReachedCheck(round).of(result);
        assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.FAIL, Level.WARN);
        assertThat(findings.get(1).found()).isEqualTo("h4 at h4:7101: no answer within 15000 ms");
        assertThat(findings.get(2).found()).endsWith("h3");
        assertThat(new PeersReachedCheck(round).of(result()))
                .containsExactly(Finding.ok("no other host has registered yet"));
    }

    @Test
    void aWayBackThatLeadsNowhereIsTold() {
        var check = new ReachedByPeersCheck(round, 7101);
        List<Finding> findings = check.of(result(
                peer("h2", answer(NOW, new Back("h1:7101", null)), null),
                peer("h3", answer(NOW, new Back("h1:7101", "no answer within 5000 ms")), null)));
        assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.FAIL);
        assertThat(findings.get(1).found())
                .isEqualTo("h3 does not reach this host at h1:7101: no answer within 5000 ms");
        assertThat(check.of(result(peer("h2", answer(NOW, new Back(null, null)), null)))
                        .getFirst()
                        .found())
                .contains("has not announced its address yet");
        assertThat(check.of(result(peer("h2", null, "away"))).getFirst().level())
                .isEqualTo(Level.OK);
    }

    @Test
    void aPeersClockThatIsWrongIsTold() {
        var check = new PeerClocksCheck(round);
        assertThat(check.of(result(
                        peer("h2", answer(NOW, null), null), peer("h3", answer(NOW.minusSeconds(40), null), null))))
                .singleElement()
                .matches(finding -> finding.level() == Level.FAIL)
                .matches(finding -> finding.found().equals("the clock of h3 is 40.0 s behind this one"));
        assertThat(check.of(result(peer("h2", answer(NOW, null), null))))
                .containsExactly(Finding.ok("those of 1 peers agree with this one"));
    }

    @Test
    void whoCannotBeAskedForPeersIsToldOnceByTheDatabase() throws Exception {
        assertThat(new PeersReachedCheck(round).look())
                .singleElement()
                .matches(finding -> finding.level() == Level.WARN)
                .matches(finding -> finding.found().equals("not looked at: PostgreSQL does not answer"));
    }

    @Test
    void otherVersionsAreToldWithWhoHasThem() throws Exception {
        List<Told> all = List.of(
                Told.ofWorker(new HostId("h2"), "0.2.0"),
                Told.ofWorker(H3, "0.1.0"),
                Told.ofWorker(new HostId("h4"), "0.2.0"),
                Told.ofWorker(new HostId("h5"), null));
        assertThat(new VersionsCheck("0.1.0", () -> all).look())
                .hasSize(2)
                .allMatch(finding -> finding.level() == Level.WARN)
                .extracting(Finding::found)
                .containsExactly(
                        "0.2.0: the worker of h2, the worker of h4; this is 0.1.0",
                        "an unknown version: the worker of h5; this is 0.1.0");
        assertThat(new VersionsCheck("0.1.0", () -> List.of(Told.ofWorker(H3, "0.1.0"))).look())
                .singleElement()
                .matches(finding -> finding.level() == Level.OK);
    }
}
