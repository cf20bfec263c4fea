package io.drover.worker.hypervisor.drivers;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.qemu.QemuDriver;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The drivers that a worker's configuration can name: a new one is a package and a line here. */
public final class Hypervisors {
    /** The first is what a configuration that names none gets. */
    private static final List<HypervisorDriver> ALL = List.of(new QemuDriver());

    private Hypervisors() {}

    /** Every driver. */
    public static List<HypervisorDriver> all() {
        return ALL;
    }

    /** Reads {@code hypervisor}. */
    public static HypervisorDriver chosen(Settings settings) throws ConfigException {
        Set<String> names = ALL.stream().map(HypervisorDriver::name).collect(Collectors.toUnmodifiableSet());
        String name = settings.choice("hypervisor", ALL.getFirst().name(), names);
        return ALL.stream()
                .filter(driver -> driver.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
