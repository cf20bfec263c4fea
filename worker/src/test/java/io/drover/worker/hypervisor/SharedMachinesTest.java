package io.drover.worker.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.VmId;
import org.junit.jupiter.api.Test;

final class SharedMachinesTest {
    private static final VmId VM = VmId.parse("7e1f0a52-1111-4222-8333-944455556666");
    private final FakeHypervisor hypervisor = new FakeHypervisor();
    private final SharedMachines machines = new SharedMachines(hypervisor);

    @Test
    void everybodyGetsTheSameConnection() throws Exception {
        FakeMachine machine = hypervisor.put(VM);
        Machine first = machines.find(VM).orElseThrow();
        first.close();
        Machine second = machines.find(VM).orElseThrow();
        assertThat(second.status()).isEqualTo(MachineStatus.RUNNING);
        assertThat(hypervisor.connections()).isEqualTo(1);
        assertThat(machine.closed()).isFalse();
    }

    @Test
    void aProcessThatDiedIsNotFound() throws Exception {
        FakeMachine machine = hypervisor.put(VM);
        assertThat(machines.find(VM)).isPresent();
        hypervisor.remove(VM);
        assertThat(machines.find(VM)).isEmpty();
        assertThat(machine.closed()).isTrue();
    }

    @Test
    void aReplacedProcessIsConnectedToAnew() throws Exception {
        Machine old = machines.find(hypervisor.put(VM).vm()).orElseThrow();
        hypervisor.find(VM).map(FakeMachine.class::cast).orElseThrow().die();
        assertThatThrownBy(old::status).isInstanceOf(MachineGoneException.class);
        hypervisor.put(VM);
        assertThat(machines.find(VM).orElseThrow().status()).isEqualTo(MachineStatus.RUNNING);
    }

    @Test
    void closingDropsEveryConnectionAndNoMachine() throws Exception {
        FakeMachine machine = hypervisor.put(VM);
        assertThat(machines.find(VM)).isPresent();
        machines.close();
        assertThat(machine.closed()).isTrue();
        assertThat(machines.find(VM).orElseThrow().status()).isEqualTo(MachineStatus.RUNNING);
    }
}
