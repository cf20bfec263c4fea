package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA;
import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.IDLE;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.HostPort;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.qemu.block.MirrorTarget;
import io.drover.worker.replication.NativeMirror;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** QEMU's own mirror between hosts that are known by other things than IPv4 addresses. */
@Tag("attack")
final class Ipv6MirrorIT {
    @TempDir
    private Path folder;

    @Test
    @DisplayName("F12: qemu-mirror goes to an IPv6 address, written with brackets or without")
    void mirrorsOverIpv6() throws Exception {
        var migration = new MigrationId(UUID.randomUUID());
        try (var lab = new QemuLab(folder)) {
            VmDefinition guest = lab.guest(IDLE, DATA_BYTES, SWAP_BYTES);
            lab.createImages("b", DATA_BYTES, SWAP_BYTES);
            try (SourceVm source = lab.startSource(guest);
                    IncomingVm destination = lab.destination.startIncoming(guest)) {
                String target = destination.acceptMirror(DATA, "::1", QemuLab.A);
                assertThat(target).matches("nbd://\\[::1]:\\d+/drover-mirror-data");
                assertThat(destination.acceptMirror(DATA, "[::1]", QemuLab.A)).isEqualTo(target);
                NativeMirror mirror = source.nativeMirror(migration, DATA, target, 1L << 30);
                mirror.start();
                await("ready").until(() -> mirror.progress().ready());
                assertThat(lab.content("b", "data.raw", DATA_BYTES))
                        .isEqualTo(lab.content("a", "data.raw", DATA_BYTES));
                mirror.abandon();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nbds://h3@[::1]:35547/drover-mirror-data",
                "nbds://h3@[fe80::1%eth0]:35547/x",
                "nbd://[2001:db8::192.0.2.7]:1/x",
                "nbd://h3.example:7101/x",
                "nbds://h3@127.0.0.1:7101/x"
            })
    @DisplayName("F12: a target is read as it is written, of whatever family")
    void aTargetIsReadAsItIsWritten(String target) {
        assertThat(MirrorTarget.parse(target)).hasToString(target);
    }

    @Test
    @DisplayName("F12: an address and its port are one thing, written in one way")
    void addressesAreWrittenInOneWay() {
        assertThat(new HostPort("::1", 7101)).hasToString("[::1]:7101").isEqualTo(HostPort.parse("[::1]:7101"));
        assertThat(new HostPort("[::1]", 7101)).isEqualTo(HostPort.parse("::1:7101"));
        assertThat(HostPort.parse("127.0.0.1:0")).isEqualTo(new HostPort("127.0.0.1", 0));
        for (String wrong : new String[] {"", "h1", ":7101", "h1:", "h1:x", "h1:65536", "h1:-1", "[]:1"}) {
            assertThatThrownBy(() -> HostPort.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("'" + wrong + "' is not host:port");
        }
        assertThat(MirrorTarget.server(Optional.of("h3"), new HostPort("::1", 9)))
                .isEqualTo("nbds://h3@[::1]:9");
    }
}
