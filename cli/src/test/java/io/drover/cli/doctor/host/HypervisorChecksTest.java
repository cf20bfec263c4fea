package io.drover.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.messages.time.SystemClock;
import io.drover.worker.HostResources;
import io.drover.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hypervisor, acceleration, units and account. */
class HypervisorChecksTest {
    private static final Path NO_DEVICE = Path.of("/dev/no-such-kvm");

    @TempDir
    private Path folder;

    private HypervisorProbe probe(String binary) throws ConfigException {
        Map<String, String> keys = new HashMap<>(Map.of(
                "host", "h1",
                "database.url", "jdbc:postgresql://127.0.0.1:1/drover",
                "database.user", "x",
                "database.password", "x",
                "rabbit.user", "x",
                "rabbit.password", "x",
                "state.folder", folder.toString(),
                "images.folder", folder.toString(),
                "qemu.accelerator", "tcg"));
        keys.put("qemu.binary", binary);
        WorkerConfig config = WorkerConfig.read(Settings.of(keys), HostResources.measured());
        return new HypervisorProbe(config, new SystemClock());
    }

    @Test
    void aHypervisorThatDoesNotRunAndToolsThatAreNotThereAreTold() throws Exception {
        HypervisorProbe none = probe("/no/such/qemu");
        List<Finding> findings = new HypervisorCheck(none, List.of("no-such-qemu-img", "false")).look();
        assertThat(findings).extracting(Finding::level).containsExactly(Level.FAIL, Level.WARN, Level.WARN);
        assertThat(findings.getFirst().found())
                .startsWith("the hypervisor does not run: ")
                .contains("/no/such/qemu");
        assertThat(new AccelerationCheck(none, true, NO_DEVICE).look())
                .containsExactly(Finding.notLookedAt("the hypervisor does not run"));
    }

    @Test
    void anOldHypervisorIsTold() {
        assertThat(HypervisorCheck.of("QEMU 6.2.0").level()).isEqualTo(Level.FAIL);
        assertThat(HypervisorCheck.of("QEMU 7.1.9").level()).isEqualTo(Level.FAIL);
        assertThat(HypervisorCheck.of("QEMU 7.2.22").level()).isEqualTo(Level.OK);
        assertThat(HypervisorCheck.of("QEMU 10.0.2").level()).isEqualTo(Level.OK);
        assertThat(HypervisorCheck.of("QEMU").level()).isEqualTo(Level.WARN);
    }

    @Test
    void guestsThatAreEmulatedAreAWarningUnlessTheyAreToBe() throws Exception {
        HypervisorProbe any = probe("/no/such/qemu");
        Path device = Files.createFile(folder.resolve("kvm"));
        assertThat(new AccelerationCheck(any, false, NO_DEVICE).of("kvm").level())
                .isEqualTo(Level.OK);
        assertThat(new AccelerationCheck(any, true, NO_DEVICE).of("tcg").level())
                .isEqualTo(Level.OK);
        assertThat(new AccelerationCheck(any, false, NO_DEVICE).of("tcg"))
                .matches(finding -> finding.level() == Level.WARN)
                .matches(finding -> finding.found().contains("there is no " + NO_DEVICE));
        assertThat(new AccelerationCheck(any, false, device).of("tcg").found()).contains("as fast as without");
    }

    /** In place of systemctl. */
    private UnitCheck units(String shown, @Nullable String guests, Path... written) throws IOException {
        Path script = folder.resolve("systemctl");
        Files.writeString(
                script, "#!/bin/sh\ncase $3 in drover-guest@*) echo LoadState=not-found; exit ;; esac\n" + shown);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return new UnitCheck(script.toString(), "drover-worker.service", List.of(written), guests);
    }

    @Test
    void aFolderThatTheSandboxHidesIsTold() throws Exception {
        String shown = """
            echo LoadState=loaded
            echo User=%s
            echo ProtectSystem=strict
            echo 'ReadWritePaths=-/srv/drover/images /data'
            echo StateDirectory=drover drover/worker
            echo RuntimeDirectory=drover
            """.formatted(System.getProperty("user.name"));
        Path state = Path.of("/var/lib/drover/worker");
        Path run = Path.of("/run/drover");
        assertThat(units(shown, null, state, run, Path.of("/srv/drover/images"), Path.of("/data/images"))
                        .look())
                .containsExactly(Finding.ok("drover-worker.service may write to its folders"));
        assertThat(units(shown, null, state, Path.of("/data2")).look())
                .singleElement()
                .matches(finding -> finding.level() == Level.FAIL)
                .matches(finding -> finding.found().contains("may not write to /data2"))
                .matches(finding -> String.valueOf(finding.remedy()).contains("ReadWritePaths=/data2"));
    }

    @Test
    void aServiceOfAnotherUserAndAMissingUnitForGuestsAreTold() throws Exception {
        assertThat(units("echo LoadState=loaded\necho User=somebody\n", "drover-guest@")
                        .look())
                .extracting(Finding::level)
                .containsExactly(Level.WARN, Level.FAIL);
        assertThat(units("echo LoadState=not-found\n", null).look())
                .singleElement()
                .matches(finding -> finding.level() == Level.OK);
        assertThat(new UnitCheck("/no/such/systemctl", "x.service", List.of(), "drover-guest@").look())
                .singleElement()
                .matches(finding -> finding.level() == Level.FAIL)
                .matches(finding -> "set qemu.unit = none".equals(finding.remedy()));
    }

    @Test
    void whoLooksIsToldWhereTheServiceIsAnothers() throws Exception {
        String user = System.getProperty("user.name");
        assertThat(new AccountCheck(user, user).look().getFirst().level()).isEqualTo(Level.OK);
        assertThat(new AccountCheck(user, "of-the-service").look())
                .singleElement()
                .matches(finding -> finding.level() == Level.WARN)
                .matches(finding -> String.valueOf(finding.remedy()).contains("runuser -u of-the-service"));
    }
}
