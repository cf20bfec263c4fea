package io.drover.worker.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.worker.libvirt.domain.Domain;
import io.drover.worker.libvirt.domain.DomainStats;
import io.drover.worker.libvirt.migration.MigrationBegun;
import io.drover.worker.libvirt.migration.MigrationParameters;
import io.drover.worker.libvirt.rpc.LyingLibvirt;
import io.drover.worker.libvirt.rpc.LyingLibvirt.Lie;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the daemon sends: an exception or the right answer, soon. */
final class LibvirtFuzzTest {
    private static final Duration LIMIT = Duration.ofMillis(100);
    private static final Duration LIMIT_HONEST = Duration.ofSeconds(60);
    private static final int ROUNDS = 8;

    @TempDir
    private Path folder;

    @Test
    void anHonestDaemonMaySendPiecesAndEvents() throws Exception {
        for (long seed = 0; seed < 15; seed++) {
            assertThat(exercise(seed, Lie.NONE, LIMIT_HONEST))
                    .as("seed " + seed)
                    .isEqualTo("right");
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void aLieIsCaughtSoon(Lie lie) throws Exception {
        int caught = 0;
        for (long seed = 0; seed < (lie.costsTheDeadline() ? 2 : ROUNDS); seed++) {
            long start = System.nanoTime();
            String outcome = exercise(seed, lie, LIMIT);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as(lie + ", seed " + seed + ": " + outcome)
                    .isLessThan(Duration.ofSeconds(20));
            // A flipped bit in the content itself cannot be noticed by anyone.
            if (lie != Lie.FLIPPED_BIT) {
                assertThat(outcome).as(lie + ", seed " + seed).isNotEqualTo("different");
            }
            caught += outcome.equals("right") ? 0 : 1;
        }
        assertThat(caught).as("runs in which " + lie + " was noticed").isPositive();
    }

    private String exercise(long seed, Lie lie, Duration limit) throws InterruptedException {
        Path socket = folder.resolve("s" + seed);
        try (var _ = new LyingLibvirt(socket, seed, lie);
                var host = LibvirtHost.open(socket, limit)) {
            List<Domain> domains = host.domains().list();
            Domain web = new Domain("web1", LyingLibvirt.ID, 3);
            String xml = host.domains().xml(web);
            List<DomainStats> stats = host.domains().stats(List.of());
            MigrationBegun begun = host.migration().begin(web, MigrationParameters.NONE, Set.of());
            boolean right = domains.equals(List.of(web, web))
                    && xml.equals("<domain/>")
                    && stats.getFirst().figures().number("cpu.time").equals(OptionalLong.of(42))
                    && begun.xml().equals("<domain/>")
                    && begun.cookie().bytes().length == 3;
            return right ? "right" : "different";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
