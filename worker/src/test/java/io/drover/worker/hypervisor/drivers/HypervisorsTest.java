package io.drover.worker.hypervisor.drivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.qemu.QemuDriver;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HypervisorsTest {
    @Test
    void everyDriverIsChosenByItsName() throws Exception {
        assertThat(Hypervisors.all()).extracting(HypervisorDriver::name).doesNotHaveDuplicates();
        for (HypervisorDriver driver : Hypervisors.all()) {
            assertThat(Hypervisors.chosen(Settings.of(Map.of("hypervisor", driver.name()))))
                    .isSameAs(driver);
        }
    }

    @Test
    void qemuIsTheDefault() throws Exception {
        assertThat(Hypervisors.chosen(Settings.of(Map.of()))).isInstanceOf(QemuDriver.class);
    }

    @Test
    void anUnknownNameIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Hypervisors.chosen(Settings.of(Map.of("hypervisor", "bhyve"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("hypervisor", "bhyve", "qemu");
    }
}
