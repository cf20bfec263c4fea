package io.drover.worker.replication.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import io.drover.messages.DiskRole;
import io.drover.worker.replication.CopyTerms;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PredictorsTest {
    private static final long GIB = 1L << 30;

    /** Rounds as measured with granularity 4096, random 4 KiB writes over 256 MiB (bytes after the bulk of 600 MB). */
    @ParameterizedTest
    @CsvSource({
        // writes/s, link B/s, bytes of the rounds, converges within 150 ms of pause
        "500, 25e6, 43e6, true",
        "500, 119e6, 12e6, true",
        "2000, 25e6, 176e6, true",
        "2000, 119e6, 49e6, true"
    })
    void preCopyCostsWhatWasMeasured(int writes, double link, double roundBytes, boolean ends) {
        Situation s = situation(writes * 4096.0, 256 << 20, link, 0);
        Prediction p = Predictors.preCopy(s);
        assertThat(p.wireBytes() - 600e6).isCloseTo(roundBytes, withPercentage(25));
        assertThat(p.seconds()).isCloseTo((600e6 + roundBytes) / link, withPercentage(10));
        assertThat(p.converges()).isEqualTo(ends);
        assertThat(p.downtimeSeconds()).isLessThan(0.25);
    }

    @Test
    void aGuestThatOutrunsTheLinkDoesNotConverge() {
        Situation s = situation(60e6, 8e9, 25e6, 0);
        Prediction p = Predictors.preCopy(s);
        assertThat(p.downtimeSeconds()).isGreaterThan(10);
        assertThat(p.converges()).isFalse();
        assertThat(Predictors.hybrid(s).downtimeSeconds()).isLessThan(0.1);
        assertThat(Predictors.hybrid(s).converges()).isTrue();
    }

    @Test
    void stoppingAfterTheBulkCostsThePauseWhatRoundsWouldHaveSaved() {
        Situation s = situation(8e6, 256 << 20, 25e6, 0);
        Prediction stop = Predictors.stopAfterBulk(s);
        Prediction rounds = Predictors.preCopy(s);
        assertThat(stop.wireBytes()).isLessThan(rounds.wireBytes());
        assertThat(stop.downtimeSeconds()).isGreaterThan(4).isGreaterThan(10 * rounds.downtimeSeconds());
    }

    @Test
    void aQuietDiskCostsItsBulk() {
        Situation s = situation(0, 0, 100e6, 128 << 20);
        for (Predictor each : new Predictor[] {
            Predictors::preCopy, Predictors::stopAfterBulk, Predictors::lateMirror, Predictors::hybrid
        }) {
            assertThat(each.predict(s).wireBytes()).isCloseTo(600e6, withPercentage(0.01));
            assertThat(each.predict(s).seconds()).isCloseTo(6, withPercentage(3));
        }
        assertThat(Predictors.qemuMirror(s).wireBytes()).isCloseTo(1200e6, withPercentage(0.01));
    }

    /** Of the bulk only a tenth has to be sent, but all that the guest writes during it. */
    @Test
    void whatTheDestinationHasIsSavedInTheBulkAlone() {
        var terms = new CopyTerms(
                Duration.ofMillis(150), Duration.ofSeconds(10), false, 0, Duration.ZERO, Long.MAX_VALUE, 0);
        var bulk = new Situation.Bulk(600_000_000, 450_000_000, 1.5, 15_000_000);
        var writes = new WriteModel(2e6, Double.POSITIVE_INFINITY);
        Prediction p = Predictors.stopAfterBulk(new Situation(DiskRole.DATA, GIB, bulk, writes, 1.5, 100e6, 1, terms));
        assertThat(p.seconds()).isCloseTo(6 + 0.06 + 0.12, withPercentage(1));
        assertThat(p.wireBytes()).isCloseTo(60e6 + 12e6, withPercentage(1));
    }

    @Test
    void memoryThatFollowsMakesRoundsOfItsOwn() {
        Prediction without = Predictors.preCopy(situation(8e6, 256 << 20, 25e6, 0));
        Prediction with = Predictors.preCopy(situation(8e6, 256 << 20, 25e6, 512 << 20));
        assertThat(with.wireBytes()).isGreaterThan(without.wireBytes() + 50e6);
    }

    @Test
    void aMirrorPaysWithDelayAndNotWithPause() {
        Situation s = situation(20e6, 1e9, 25e6, 0);
        assertThat(Predictors.lateMirror(s).downtimeSeconds()).isLessThan(0.1);
        assertThat(Predictors.lateMirror(s).guestDelaySeconds()).isPositive();
    }

    @Test
    void aMirrorThatHoldsTheGuestToTheLinkDelaysItByAsMuchAsOneWriteMayWait() {
        Prediction held = Predictors.lateMirror(situation(60e6, 8e9, 25e6, 0));
        Prediction free = Predictors.lateMirror(situation(20e6, 8e9, 25e6, 0));
        assertThat(held.guestDelaySeconds()).isGreaterThan(0.5).isLessThan(0.75);
        assertThat(free.guestDelaySeconds()).isLessThan(0.05);
    }

    /** What is hot is not sent before the switch, so the whole is bounded whatever the guest writes. */
    @Test
    void hybridSendsEachBlockOfTheWorkingSetAboutTwice() {
        double workingSet = 256 << 20;
        Prediction p = Predictors.hybrid(situation(200e6, workingSet, 25e6, 128 << 20));
        assertThat(p.wireBytes()).isBetween(600e6 + workingSet, 600e6 + 2.1 * workingSet);
        assertThat(p.seconds()).isCloseTo(p.wireBytes() / 25e6, withPercentage(5));
        assertThat(p.converges()).isTrue();
    }

    /** 600 MB of bulk, nothing of it sent yet. */
    private static Situation situation(double dirtyRate, double workingSet, double link, long memory) {
        var terms = new CopyTerms(
                Duration.ofMillis(150), Duration.ofSeconds(10), false, memory, Duration.ZERO, Long.MAX_VALUE, 0);
        var bulk = new Situation.Bulk(600_000_000, 600_000_000, 0, 0);
        var writes = new WriteModel(dirtyRate, workingSet);
        return new Situation(DiskRole.DATA, GIB, bulk, writes, 0, link, 1, terms);
    }
}
