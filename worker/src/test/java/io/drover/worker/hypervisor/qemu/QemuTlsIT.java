package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.FAST;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.FleetAuthority;
import io.drover.worker.pki.FleetAuthority.Validity;
import io.drover.worker.pki.HostCertificates;
import io.drover.worker.replication.NativeMirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** QEMU's own mirror between two QEMUs over TLS, and who is kept out. */
@Timeout(300)
final class QemuTlsIT {
    private static final String ADDRESS = "127.0.0.12";
    private static final HostId STRANGER = new HostId("c");
    private static final long DISK_BYTES = 8 << 20;
    private static final DiskId DATA = new DiskId("data");

    @TempDir
    static Path pki;

    @TempDir
    private Path folder;

    private final MigrationId migration = new MigrationId(UUID.randomUUID());
    private QemuLab lab;
    private VmDefinition guest;

    @BeforeAll
    static void issue() throws IOException {
        var year = new Validity(Instant.now(), Duration.ofDays(365));
        FleetAuthority fleet = FleetAuthority.init(pki, year, new SecureRandom());
        for (String host : new String[] {"a", "b"}) {
            fleet.issue(new HostId(host), year);
        }
    }

    private static Encryption tls(String host) {
        try {
            return new Encryption.Tls(
                    HostCertificates.read(pki.resolve("hosts").resolve(host), new HostId(host), Instant.now()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder, QemuTlsIT::tls);
        guest = lab.guest(QemuLab.IDLE, DISK_BYTES, DISK_BYTES);
        lab.createImages("b", DISK_BYTES, DISK_BYTES);
    }

    @AfterEach
    void end() throws Exception {
        lab.close();
    }

    @Test
    void aMirrorTravelsOverTlsAndNothingIsLeft() throws Exception {
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            lab.write("a", guest.id(), DATA, 0x11, 1 << 20, 1 << 20);
            var _ = source.openDisks(migration);
            String target = destination.acceptMirror(DATA, ADDRESS, QemuLab.A);
            assertThat(target).startsWith("nbds://b@" + ADDRESS + ":");
            NativeMirror mirror = source.nativeMirror(migration, DATA, target, 1L << 30);
            mirror.start();
            await("ready").until(() -> mirror.progress().ready());
            var _ = MemoryCarrier.between(source, destination);
            source.sendMemory(FAST);
            await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
            mirror.complete();
            source.continueSwitchover();
            await("all there").until(() -> destination.memory().phase() == Phase.COMPLETED);
            await("source done").until(() -> source.status() == VmStatus.POST_MIGRATE);

            destination.resume();
            assertNoObjects("b");
            source.closeDisks(migration);
            source.quit();
            assertThat(lab.content("b", "data.raw", DISK_BYTES)).isEqualTo(lab.content("a", "data.raw", DISK_BYTES));
        }
    }

    @Test
    void aHostThatIsNotExpectedSendsNothing() throws Exception {
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            String target = destination.acceptMirror(DATA, ADDRESS, STRANGER);
            NativeMirror mirror = source.nativeMirror(migration, DATA, target, 1L << 30);
            assertThatThrownBy(mirror::start).isInstanceOf(IOException.class);
            source.closeDisks(migration);
            assertThat(source.status()).isEqualTo(VmStatus.RUNNING);
            assertNoObjects("a");
        }
    }

    @Test
    void aDestinationWithAnotherNameGetsNothing() throws Exception {
        try (SourceVm source = lab.startSource(guest);
                IncomingVm destination = lab.destination.startIncoming(guest)) {
            String target = destination.acceptMirror(DATA, ADDRESS, QemuLab.A);
            NativeMirror mirror =
                    source.nativeMirror(migration, DATA, target.replace("nbds://b@", "nbds://c@"), 1L << 30);
            assertThatThrownBy(mirror::start).hasMessageContaining("does not match the hostname c");
            source.closeDisks(migration);
            assertThat(source.status()).isEqualTo(VmStatus.RUNNING);
            assertNoObjects("a");
        }
    }

    @Test
    void aTargetWithoutTlsIsRefused() throws Exception {
        try (SourceVm source = lab.startSource(guest)) {
            assertThatThrownBy(() -> source.nativeMirror(migration, DATA, "nbd://127.0.0.12:9/x", 1))
                    .isInstanceOf(IllegalArgumentException.class);
            assertNoObjects("a");
        }
    }

    /** So whoever breaks out of a guest whose QEMU took a mirror in has the host's identity (decision 0027). */
    @Test
    @Tag("attack")
    @DisplayName("S8: QEMU itself reads the host's private key, for its own mirror and for nothing else")
    void qemuReadsTheHostsKey() throws Exception {
        Path key = pki.resolve("hosts/b/server-key.pem");
        Path away = pki.resolve("hosts/key-away");
        Files.move(key, away);
        try (IncomingVm destination = lab.destination.startIncoming(guest)) {
            assertThatThrownBy(() -> destination.acceptMirror(DATA, ADDRESS, QemuLab.A))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("key");
            destination.quit();
        } finally {
            Files.move(away, key);
        }
    }

    private void assertNoObjects(String host) throws Exception {
        assertThat(lab.repair(host, guest.id(), "qom-list", Map.of("path", "/objects")))
                .doesNotContain("drover-");
    }
}
