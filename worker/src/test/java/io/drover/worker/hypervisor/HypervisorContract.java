package io.drover.worker.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm.MemoryLimits;
import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a migration relies on, of every driver: two hosts' hypervisors, and one VM whose images stand at both. */
public abstract class HypervisorContract {
    private static final MemoryLimits LIMITS = new MemoryLimits(1000);

    private final MigrationId migration = new MigrationId(UUID.randomUUID());

    protected abstract Hypervisor source();

    protected abstract Hypervisor destination();

    /** No process of it lives at either host. */
    protected abstract VmDefinition guest();

    /** Carries memory from one VM's socket to the other's from now on. */
    protected abstract void carry(SourceVm from, IncomingVm to) throws Exception;

    /** Makes the disks at the destination what they are at the source, where the driver looks at that. */
    protected void copyDisks() {}

    /** Lets time pass until the condition holds; fails when it does not. */
    protected abstract void await(String what, Condition condition) throws Exception;

    /** Runs a test where the driver's commands can be given. */
    protected void play(Body body) throws Exception {
        body.run();
    }

    /** Of a VM. */
    @FunctionalInterface
    protected interface Condition {
        boolean holds() throws Exception;
    }

    /** Of a test. */
    @FunctionalInterface
    protected interface Body {
        void run() throws Exception;
    }

    @Test
    void aHostTellsWhatItRuns() throws Exception {
        play(() -> {
            assertThat(source().facts().version()).isNotBlank();
            assertThat(source().facts().accelerator()).isIn("kvm", "tcg");
            assertThat(ReplicationAlgorithms.catalog().names()).containsAll(source().nativeAlgorithms());
        });
    }

    @Test
    void whatWasNeverStartedIsNotFound() throws Exception {
        play(() -> {
            var unknown = new VmId(UUID.randomUUID());
            assertThat(source().find(unknown)).isEmpty();
            assertThat(source().findSource(unknown)).isEmpty();
            assertThat(source().findIncoming(unknown)).isEmpty();
            assertThat(source().alive()).doesNotContain(unknown);
        });
    }

    @Test
    void aVmThatWasStartedRunsAndIsFoundAgain() throws Exception {
        play(() -> {
            source().start(guest()).close();
            try (VmInstance found = source().find(guest().id()).orElseThrow();
                    SourceVm leaving = source().findSource(guest().id()).orElseThrow()) {
                assertThat(found.vm()).isEqualTo(guest().id());
                await("the guest running", () -> found.status() == VmStatus.RUNNING);
                assertThat(leaving.status()).isEqualTo(VmStatus.RUNNING);
                assertThat(found.memory().phase()).isEqualTo(Phase.NONE);
                found.resume();
                assertThat(found.status()).isEqualTo(VmStatus.RUNNING);
            }
            assertThat(source().alive()).contains(guest().id());
            assertThat(destination().find(guest().id())).isEmpty();
        });
    }

    @Test
    void noVmIsStartedTwice() throws Exception {
        play(() -> {
            source().start(guest()).close();
            assertThatThrownBy(() -> source().start(guest())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> source().startIncoming(guest())).isInstanceOf(IOException.class);
        });
    }

    @Test
    void aVmThatQuitIsProvenGone() throws Exception {
        play(() -> {
            try (VmInstance vm = source().start(guest());
                    VmInstance another = source().find(guest().id()).orElseThrow()) {
                vm.quit();
                assertThatThrownBy(another::status).isInstanceOf(VmGoneException.class);
                assertThat(source().find(guest().id())).isEmpty();
                assertThat(source().findSource(guest().id())).isEmpty();
                assertThat(source().alive()).doesNotContain(guest().id());
            }
            source().start(guest()).close();
            assertThat(source().alive()).contains(guest().id());
        });
    }

    @Test
    void anIncomingVmDoesNotRunBeforeItsMemoryIsThere() throws Exception {
        play(() -> {
            try (IncomingVm arriving = destination().startIncoming(guest())) {
                assertThat(arriving.status()).isEqualTo(VmStatus.INCOMING);
                assertThat(arriving.memory().phase()).isEqualTo(Phase.NONE);
                assertThatThrownBy(arriving::resume).isInstanceOf(IllegalStateException.class);
                arriving.acceptMemory();
                arriving.acceptMemory();
                assertThatThrownBy(arriving::resume).isInstanceOf(IllegalStateException.class);
                assertThat(arriving.status()).isEqualTo(VmStatus.INCOMING);
            }
            try (IncomingVm found = destination().findIncoming(guest().id()).orElseThrow()) {
                assertThat(found.status()).isEqualTo(VmStatus.INCOMING);
            }
        });
    }

    @Test
    void theDisksOfASourceAreOpenedOnceHoweverOftenThatIsAsked() throws Exception {
        play(() -> {
            source().start(guest()).close();
            try (SourceVm vm = source().findSource(guest().id()).orElseThrow();
                    SourceVm later = source().findSource(guest().id()).orElseThrow()) {
                var opened = vm.openDisks(migration);
                assertThat(opened).containsOnlyKeys(disks());
                for (var disk : opened.values()) {
                    assertThat(disk.source().size()).isPositive();
                    assertThat(disk.changes().dirtyBytes()).isZero();
                }
                assertThat(later.openDisks(migration)).containsOnlyKeys(disks());
                vm.closeDisks(migration);
                vm.closeDisks(migration);
                assertThat(vm.foreignParts(migration, SourceVm.Parts.ALL)).isEmpty();
            }
        });
    }

    @Test
    void theWritesOfAnArrivalAreTrackedUntilTheyAreForgotten() throws Exception {
        play(() -> {
            try (IncomingVm arriving = destination().startIncoming(guest())) {
                arriving.forgetArrivalWrites(migration);
                assertThat(arriving.arrivalWrites(migration)).isEmpty();
                arriving.trackArrivalWrites(migration);
                arriving.trackArrivalWrites(migration);
                assertThat(arriving.arrivalWrites(migration)).containsOnlyKeys(disks());
                arriving.forgetArrivalWrites(migration);
                assertThat(arriving.arrivalWrites(migration)).isEmpty();
            }
        });
    }

    /** The hold on which the ownership rule stands: at the source postmigrate, at the destination paused. */
    @Test
    void memoryWaitsBeforeTheSwitchoverAndThenOneGuestMayRun() throws Exception {
        play(() -> {
            source().start(guest()).close();
            try (SourceVm leaving = source().findSource(guest().id()).orElseThrow();
                    IncomingVm arriving = destination().startIncoming(guest())) {
                sendMemory(leaving, arriving);
                assertThat(leaving.status()).isEqualTo(VmStatus.FINISHING_MIGRATION);
                assertThatThrownBy(leaving::resume).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(arriving::resume).isInstanceOf(IllegalStateException.class);

                leaving.continueSwitchover();
                await("the source in postmigrate", () -> leaving.status() == VmStatus.POST_MIGRATE);
                await("the memory arrived", () -> arriving.memory().phase() == Phase.COMPLETED);
                assertThat(leaving.memory().phase()).isEqualTo(Phase.COMPLETED);
                assertThat(arriving.status()).isEqualTo(VmStatus.PAUSED);
                leaving.continueSwitchover();

                arriving.resume();
                arriving.resume();
                assertThat(arriving.status()).isEqualTo(VmStatus.RUNNING);
                assertThat(leaving.status()).isEqualTo(VmStatus.POST_MIGRATE);
            }
        });
    }

    @Test
    void aSwitchoverThatIsCancelledLetsTheSourceRunAndNothingElse() throws Exception {
        play(() -> {
            source().start(guest()).close();
            try (SourceVm leaving = source().findSource(guest().id()).orElseThrow();
                    IncomingVm arriving = destination().startIncoming(guest())) {
                sendMemory(leaving, arriving);
                leaving.cancelMemory();
                await("the guest running again", () -> leaving.status() == VmStatus.RUNNING);
                assertThat(leaving.memory().phase()).isIn(Phase.CANCELLED, Phase.FAILED);
                assertThatThrownBy(arriving::resume).isInstanceOfAny(IllegalStateException.class, IOException.class);
            }
        });
    }

    @Test
    void aSpareCanBeTakenBackWhileTheArrivedVmHasNotRun() throws Exception {
        play(() -> {
            source().start(guest()).close();
            try (SourceVm leaving = source().findSource(guest().id()).orElseThrow();
                    IncomingVm arriving = destination().startIncoming(guest())) {
                sendMemory(leaving, arriving);
                leaving.continueSwitchover();
                await("the source in postmigrate", () -> leaving.status() == VmStatus.POST_MIGRATE);
                await("the memory arrived", () -> arriving.memory().phase() == Phase.COMPLETED);
                arriving.quit();
                leaving.resume();
                assertThat(leaving.status()).isEqualTo(VmStatus.RUNNING);
            }
        });
    }

    private void sendMemory(SourceVm leaving, IncomingVm arriving) throws Exception {
        arriving.acceptMemory();
        carry(leaving, arriving);
        leaving.sendMemory(LIMITS);
        leaving.sendMemory(LIMITS);
        await("pre-switchover", () -> leaving.memory().phase() == Phase.PRE_SWITCHOVER);
        copyDisks();
    }

    private List<DiskId> disks() {
        return guest().disks().stream().map(DiskDefinition::id).toList();
    }
}
