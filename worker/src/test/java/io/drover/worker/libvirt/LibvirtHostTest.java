package io.drover.worker.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.worker.libvirt.domain.Domain;
import io.drover.worker.libvirt.domain.DomainReason;
import io.drover.worker.libvirt.domain.DomainState;
import io.drover.worker.libvirt.domain.DomainStatus;
import io.drover.worker.libvirt.domain.LifecycleEvent;
import io.drover.worker.libvirt.migration.MigrationFlag;
import io.drover.worker.libvirt.migration.MigrationParameters;
import io.drover.worker.libvirt.rpc.FakeLibvirt;
import io.drover.worker.libvirt.rpc.LibvirtException;
import io.drover.worker.libvirt.rpc.Procedure;
import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon must not be like, and answers that no daemon of the tests gives. */
final class LibvirtHostTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Domain WEB = new Domain("web1", new UUID(7, 8), 3);

    @TempDir
    private Path folder;

    private Path socket() {
        return folder.resolve("libvirt-sock");
    }

    @Test
    void theSocketOfQemusOwnDaemonComesFirst() throws Exception {
        assertThatThrownBy(() -> LibvirtSocket.find(folder))
                .isInstanceOf(LibvirtUnavailableException.class)
                .hasMessageContaining("neither virtqemud-sock nor libvirt-sock is in " + folder)
                .hasMessageContaining("systemctl enable --now virtqemud.socket");
        Files.createFile(socket());
        assertThat(LibvirtSocket.find(folder)).isEqualTo(socket());
        Files.createFile(folder.resolve("virtqemud-sock"));
        assertThat(LibvirtSocket.find(folder)).isEqualTo(folder.resolve("virtqemud-sock"));
    }

    @Test
    void aSocketThatWasLeftBehindIsToldFromOneThatIsNotThere() throws Exception {
        assertThatThrownBy(() -> LibvirtHost.open(socket(), LIMIT))
                .isInstanceOf(LibvirtUnavailableException.class)
                .hasMessageContaining(socket() + " does not exist");
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket()));
        }
        assertThatThrownBy(() -> LibvirtHost.open(socket(), LIMIT))
                .isInstanceOf(LibvirtUnavailableException.class)
                .hasMessageContaining("nobody answers at libvirt's socket " + socket());
    }

    /** The exception is made up: root, who runs tests as well, may use every socket. */
    @Test
    void aUserWithoutRightsIsToldWhichAndWhereToGetThem() throws Exception {
        Files.createFile(socket());
        Files.setPosixFilePermissions(socket(), PosixFilePermissions.fromString("rw-rw----"));

        assertThat(LibvirtSocket.explain(socket(), new SocketException("Permission denied")))
                .hasMessageContaining(
                        "user " + System.getProperty("user.name") + " may not use libvirt's socket " + socket())
                .hasMessageContaining("mode rw-rw----")
                .hasMessageMatching(
                        ".*usermod -aG \\S+ " + System.getProperty("user.name") + "' and start the worker again");
    }

    @Test
    void anOldLibvirtIsRefusedByItsVersion() throws Exception {
        try (var daemon = new FakeLibvirt(socket())) {
            daemon.on(Procedure.CONNECT_GET_LIB_VERSION, _ -> new XdrWriter().int64(8_010_001));

            assertThatThrownBy(() -> LibvirtHost.open(socket(), LIMIT))
                    .isInstanceOf(LibvirtUnavailableException.class)
                    .hasMessageContaining("libvirt 8.10.1 at " + socket() + " is too old; 9.0.0 or newer is needed");
        }
    }

    @Test
    void aLoginThatNobodySpeaksIsRefused() throws Exception {
        try (var daemon = new FakeLibvirt(socket())) {
            daemon.on(Procedure.AUTH_LIST, _ -> new XdrWriter().array(List.of(1), XdrWriter::int32));

            assertThatThrownBy(() -> LibvirtHost.open(socket(), LIMIT))
                    .isInstanceOf(LibvirtUnavailableException.class)
                    .hasMessageContaining("wants a login by SASL; set auth_unix_rw");
        }
    }

    /** A daemon asks polkit by default, whose rule lets the group libvirt in. */
    @Test
    void polkitIsAskedAndItsRefusalNamesTheRemedy() throws Exception {
        try (var daemon = new FakeLibvirt(socket())) {
            daemon.on(Procedure.AUTH_LIST, _ -> new XdrWriter().array(List.of(2), XdrWriter::int32));
            daemon.on(Procedure.AUTH_POLKIT, _ -> new XdrWriter().int32(1));
            LibvirtHost.open(socket(), LIMIT).close();

            daemon.refuse(
                    Procedure.AUTH_POLKIT,
                    LibvirtException.AUTHENTICATION_UNAVAILABLE,
                    "authentication unavailable: no polkit agent available to authenticate action 'org.libvirt.unix.manage'");
            assertThatThrownBy(() -> LibvirtHost.open(socket(), LIMIT))
                    .isInstanceOf(LibvirtUnavailableException.class)
                    .hasMessageContaining("does not let user " + System.getProperty("user.name"))
                    .hasMessageContaining("org.libvirt.unix.manage")
                    .hasMessageContaining("usermod -aG libvirt");
        }
    }

    @Test
    void whatALaterLibvirtKnowsIsUnknown() throws Exception {
        try (var daemon = new FakeLibvirt(socket());
                var host = LibvirtHost.open(socket(), LIMIT)) {
            daemon.on(Procedure.DOMAIN_GET_STATE, arguments -> {
                skip(arguments);
                return new XdrWriter().int32(8).int32(77);
            });
            assertThat(host.domains().status(WEB))
                    .isEqualTo(new DomainStatus(DomainState.UNKNOWN, DomainReason.UNKNOWN));
            daemon.on(Procedure.DOMAIN_GET_STATE, arguments -> {
                skip(arguments);
                return new XdrWriter().int32(3).int32(2);
            });
            assertThat(host.domains().status(WEB)).hasToString("paused (migrating)");
        }
    }

    private static void skip(XdrReader arguments) throws XdrException {
        arguments.string();
        arguments.uuid();
        arguments.int64();
    }

    @Test
    void aListenerThatFailsCostsNeitherTheOthersNorTheConnection() throws Exception {
        BlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();
        try (var daemon = new FakeLibvirt(socket());
                var host = LibvirtHost.open(socket(), LIMIT)) {
            daemon.on(Procedure.CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY, arguments -> {
                arguments.int64();
                return new XdrWriter().int32(5);
            });
            host.listen(_ -> {
                throw new IllegalStateException("a defect");
            });
            host.listen(events::add);
            daemon.event(new XdrWriter()
                    .int32(5)
                    .string(WEB.name())
                    .uuid(WEB.uuid())
                    .int32(3)
                    .int32(5)
                    .int32(1));

            assertThat(events.take()).isEqualTo(new LifecycleEvent(WEB, LifecycleEvent.Kind.STOPPED, 1));
            assertThat(host.isOpen()).isTrue();
        }
    }

    /** libvirt 9 tells the success of a Finish that is to cancel by an error. */
    @Test
    void aFinishThatIsToCancelMayBeRefusedWithSuccess() throws Exception {
        var flags = Set.of(MigrationFlag.LIVE);
        try (var daemon = new FakeLibvirt(socket());
                var host = LibvirtHost.open(socket(), LIMIT)) {
            daemon.refuse(
                    Procedure.DOMAIN_MIGRATE_FINISH3_PARAMS,
                    LibvirtException.MIGRATE_FINISH_OK,
                    "migration successfully aborted");
            host.migration().giveUpFinish(MigrationParameters.NONE, flags);

            daemon.refuse(Procedure.DOMAIN_MIGRATE_FINISH3_PARAMS, LibvirtException.NO_DOMAIN, "no domain");
            assertThatThrownBy(() -> host.migration().giveUpFinish(MigrationParameters.NONE, flags))
                    .hasMessageContaining("no domain");
        }
    }
}
