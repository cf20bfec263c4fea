package io.drover.worker.libvirt;

import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.drover.testbed.libvirt.PrivateLibvirt;
import io.drover.worker.libvirt.LibvirtLab.Guest;
import io.drover.worker.libvirt.domain.Domain;
import io.drover.worker.libvirt.domain.DomainFilter;
import io.drover.worker.libvirt.domain.DomainInfo;
import io.drover.worker.libvirt.domain.DomainReason;
import io.drover.worker.libvirt.domain.DomainState;
import io.drover.worker.libvirt.domain.DomainStats;
import io.drover.worker.libvirt.domain.DomainStatus;
import io.drover.worker.libvirt.domain.Domains;
import io.drover.worker.libvirt.domain.LifecycleEvent;
import io.drover.worker.libvirt.domain.StartFlag;
import io.drover.worker.libvirt.domain.StatsGroup;
import io.drover.worker.libvirt.domain.XmlFlag;
import io.drover.worker.libvirt.migration.JobStats;
import io.drover.worker.libvirt.migration.MigrationBegun;
import io.drover.worker.libvirt.migration.MigrationCookie;
import io.drover.worker.libvirt.migration.MigrationFinished;
import io.drover.worker.libvirt.migration.MigrationFlag;
import io.drover.worker.libvirt.migration.MigrationParameters;
import io.drover.worker.libvirt.migration.MigrationPhases;
import io.drover.worker.libvirt.migration.MigrationPrepared;
import io.drover.worker.libvirt.rpc.LibvirtConnectionException;
import io.drover.worker.libvirt.rpc.LibvirtException;
import io.drover.worker.libvirt.rpc.LibvirtTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real daemons of libvirt, with a real guest. */
@Timeout(300)
final class LibvirtIT {
    private static final Set<MigrationFlag> FLAGS =
            EnumSet.of(MigrationFlag.LIVE, MigrationFlag.PAUSED, MigrationFlag.UNSAFE);

    private static final Set<MigrationFlag> SOURCE_FLAGS =
            EnumSet.of(MigrationFlag.LIVE, MigrationFlag.PAUSED, MigrationFlag.UNSAFE, MigrationFlag.CHANGE_PROTECTION);

    @TempDir
    private static Path folder;

    private static LibvirtLab lab;

    private Guest guest;
    private LibvirtHost host;
    private Domains domains;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(PrivateLibvirt.possible(), "libvirt was not tested: this user may make no namespaces");
        lab = new LibvirtLab(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        if (lab != null) {
            lab.close();
        }
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(command -> command.contains(folder.toString())))
                .as("what lives on")
                .isEmpty();
    }

    @BeforeEach
    void open() throws Exception {
        guest = lab.guest();
        host = LibvirtLab.open(lab.a);
        domains = host.domains();
    }

    @AfterEach
    void clear() throws Exception {
        host.close();
        LibvirtLab.clear(lab.a);
        LibvirtLab.clear(lab.b);
    }

    private static DomainStatus status(DomainState state, DomainReason reason) {
        return new DomainStatus(state, reason);
    }

    @Test
    void tellsOfItsHost() throws Exception {
        assertThat(host.version()).isGreaterThanOrEqualTo(LibvirtHost.OLDEST);
        assertThat(host.qemuVersion().major()).isGreaterThanOrEqualTo(7);
        assertThat(host.hostName()).isEqualTo("drover-a");
        assertThat(host.capabilities()).contains("<uuid>");
        assertThat(host.nodeInfo().model()).isEqualTo("x86_64");
        assertThat(host.nodeInfo().processors()).isPositive();
        assertThat(host.networkXml("default")).isEmpty();
        assertThat(host.storagePoolXml("default")).isEmpty();
        assertThat(host.hasInterface("none0")).isFalse();
        String cpu =
                "<cpu mode='custom' match='exact'><model>qemu64</model><feature policy='require' name='%s'/></cpu>";
        assertThat(host.compareCpu(null, null, "qemu", cpu.formatted("sse2")).compatible())
                .isTrue();
        assertThat(host.compareCpu(null, null, "qemu", cpu.formatted("amx-tile")))
                .returns(false, CpuComparison::compatible)
                .satisfies(compared -> assertThat(compared.words()).contains("amx-tile"));
    }

    @Test
    void tellsOfDomainsAndChangesThem() throws Exception {
        BlockingQueue<LifecycleEvent> events = new LinkedBlockingQueue<>();
        host.listen(events::add);
        Domain idle = domains.define(guest.xml("a"));
        assertThat(idle)
                .returns(guest.name(), Domain::name)
                .returns(guest.id(), Domain::uuid)
                .returns(false, Domain::wasActive);
        assertThat(events.take()).returns(LifecycleEvent.Kind.DEFINED, LifecycleEvent::kind);
        assertThat(domains.list()).containsExactly(idle);
        assertThat(domains.list(DomainFilter.ACTIVE)).isEmpty();
        assertThat(domains.status(idle).state()).isEqualTo(DomainState.SHUT_OFF);
        assertThat(domains.autostart(idle)).isFalse();
        domains.setAutostart(idle, true);
        assertThat(domains.autostart(idle)).isTrue();

        Domain active = domains.start(idle);
        assertThat(events.take().kind()).isIn(LifecycleEvent.Kind.STARTED, LifecycleEvent.Kind.RESUMED);
        assertThat(domains.status(idle)).isEqualTo(status(DomainState.RUNNING, DomainReason.RUNNING_BOOTED));
        assertThat(domains.find(guest.id())).contains(active);
        assertThat(domains.find(guest.name())).contains(active);
        assertThat(domains.isPersistent(active)).isTrue();
        assertThat(domains.info(active))
                .returns(DomainState.RUNNING, DomainInfo::state)
                .returns(32L << 10, DomainInfo::memoryMaxKib)
                .returns(1, DomainInfo::processors);
        assertThat(domains.xml(active)).contains("<alias name='virtio-disk0'/>");
        assertThat(domains.xml(active, XmlFlag.INACTIVE, XmlFlag.SECURE)).doesNotContain("<alias");
        assertThat(domains.monitorCommand(active, "{\"execute\":\"query-block\"}"))
                .contains("/machine/peripheral/virtio-disk0/virtio-backend", "\"node-name\":");
        assertThat(domains.monitorCommand(active, "{\"execute\":\"none\"}")).contains("CommandNotFound");
        await("a guest that counts").until(() -> guest.said("a").contains("A"));
        DomainStats stats = domains.stats(List.of(StatsGroup.CPU_TOTAL, StatsGroup.BLOCK), DomainFilter.ACTIVE)
                .getFirst();
        assertThat(stats.domain()).isEqualTo(active);
        assertThat(stats.figures().number("cpu.time").orElseThrow()).isPositive();
        assertThat(stats.figures().text("block.0.name")).contains("vda");

        domains.suspend(active);
        assertThat(domains.status(active)).isEqualTo(status(DomainState.PAUSED, DomainReason.PAUSED_USER));
        domains.resume(active);
        assertThat(domains.status(active)).isEqualTo(status(DomainState.RUNNING, DomainReason.RUNNING_UNPAUSED));
        domains.shutdown(active);
        assertThat(host.migration().jobStats(active).type()).isEqualTo(JobStats.Type.NONE);
        domains.destroy(active);
        await("an event of its end").until(() -> events.take().kind() == LifecycleEvent.Kind.STOPPED);
        domains.undefine(active);
        assertThat(domains.find(guest.id())).isEmpty();
        assertRefusals(active);
    }

    private void assertRefusals(Domain gone) throws Exception {
        assertThatThrownBy(() -> domains.start(gone, StartFlag.PAUSED))
                .hasMessageContaining("libvirt refused domain-create-with-flags: Domain not found: no domain with "
                        + "matching uuid '" + guest.id())
                .asInstanceOf(InstanceOfAssertFactories.type(LibvirtException.class))
                .returns(LibvirtException.NO_DOMAIN, LibvirtException::code);
        assertThatThrownBy(() -> domains.define("<domain>&none;</domain>"))
                .hasMessageContaining("Entity 'none' not defined");
    }

    /** A daemon that hangs costs the limit only; when it is killed, nobody waits for his limit. */
    @Test
    void aKilledDaemonFailsItsCallersAtOnceAndItsGuestsGoOn() throws Exception {
        Domain web = domains.start(domains.define(guest.xml("a")));
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            lab.a.freezeDaemon();
            assertThatThrownBy(() -> host.within(Duration.ofMillis(100)).hostName())
                    .isInstanceOf(LibvirtTimeoutException.class);
            List<Future<DomainStatus>> callers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                callers.add(threads.submit(() -> domains.status(web)));
            }
            assertThat(host.isOpen()).isTrue();
            long start = System.nanoTime();
            lab.a.killDaemon();
            for (Future<DomainStatus> caller : callers) {
                assertThatThrownBy(caller::get)
                        .hasCauseInstanceOf(LibvirtConnectionException.class)
                        .hasMessageContaining("the connection to libvirt is over");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
        }
        assertThat(host.isOpen()).isFalse();
        assertThatThrownBy(() -> domains.list()).isInstanceOf(LibvirtConnectionException.class);
        assertThatThrownBy(() -> LibvirtLab.open(lab.a))
                .isInstanceOf(LibvirtUnavailableException.class)
                .hasMessageContaining("nobody answers at libvirt's socket");

        lab.a.startDaemon();
        try (var again = LibvirtLab.open(lab.a)) {
            assertThat(again.domains().status(web).state()).isEqualTo(DomainState.RUNNING);
        }
    }

    @Test
    void aGuestMovesByTheFivePhases() throws Exception {
        Domain web = domains.start(domains.define(guest.xml("a")));
        await("a guest that counts").until(() -> guest.said("a").contains("A"));
        MigrationParameters parameters = MigrationParameters.NONE
                .uri("unix://" + guest.memorySocket())
                .destinationName(guest.name())
                .bandwidth(1000);
        MigrationPhases source = host.migration();
        try (var there = LibvirtLab.open(lab.b)) {
            MigrationPhases destination = there.migration();
            giveUp(web, source, destination, parameters);

            MigrationBegun begun = source.begin(web, parameters.destinationXml(guest.xml("b")), SOURCE_FLAGS);
            assertThat(begun.xml())
                    .contains(guest.disk("b").toString())
                    .doesNotContain(guest.disk("a").toString());
            MigrationPrepared prepared =
                    destination.prepare(parameters.destinationXml(begun.xml()), begun.cookie(), FLAGS);
            source.setMaxDowntime(web, 500);
            MigrationCookie performed = source.perform(web, parameters, prepared.cookie(), SOURCE_FLAGS);
            assertThat(domains.status(web)).isEqualTo(status(DomainState.PAUSED, DomainReason.PAUSED_MIGRATION));
            MigrationFinished finished = destination.finish(parameters, performed, FLAGS);
            Domain arrived = finished.domain();
            assertThat(there.domains().status(arrived)).isEqualTo(status(DomainState.PAUSED, DomainReason.PAUSED_USER));
            assertThat(domains.monitorCommand(web, "{\"execute\":\"query-status\"}"))
                    .contains("postmigrate");

            there.domains().resume(arrived);
            source.confirm(web, parameters, finished.cookie(), SOURCE_FLAGS);
            assertThat(domains.status(web)).isEqualTo(status(DomainState.SHUT_OFF, DomainReason.SHUT_OFF_MIGRATED));
            await("a guest that counts on").until(() -> guest.said("b").contains("A"));
            assertThat(guest.said("a") + guest.said("b")).doesNotContain("B");
            assertThat(destination
                            .completedJobStats(arrived)
                            .figures()
                            .number("downtime")
                            .orElseThrow())
                    .isPositive();
            assertThat(there.domains().isPersistent(arrived)).isFalse();
            there.domains().define(guest.xml("b"));
            assertThat(there.domains().isPersistent(arrived)).isTrue();
        }
    }

    /** Up to Prepare and back: the guest has not noticed. */
    private void giveUp(Domain web, MigrationPhases source, MigrationPhases destination, MigrationParameters parameters)
            throws Exception {
        MigrationBegun begun = source.begin(web, parameters.destinationXml(guest.xml("b")), SOURCE_FLAGS);
        destination.prepare(parameters.destinationXml(begun.xml()), begun.cookie(), FLAGS);
        destination.giveUpFinish(parameters, FLAGS);
        source.giveUpConfirm(web, parameters, SOURCE_FLAGS);
        assertThat(domains.status(web).state()).isEqualTo(DomainState.RUNNING);
        assertThat(source.jobStats(web).type()).isEqualTo(JobStats.Type.NONE);
    }
}
