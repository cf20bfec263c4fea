package io.drover.worker.hypervisor.qemu;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.qemu.process.GuestUnit;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** QEMU processes that Drover itself starts: {@code hypervisor = qemu}. */
public final class QemuDriver implements HypervisorDriver {
    private static final String NO_UNIT = "none";

    @Override
    public String name() {
        return "qemu";
    }

    private static @Nullable GuestUnit unit(Settings settings) throws ConfigException {
        String template = settings.text("qemu.unit", NO_UNIT);
        try {
            return template.equals(NO_UNIT) ? null : new GuestUnit(template);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("qemu.unit: " + e.getMessage());
        }
    }

    private static HostNetworks networks(Settings settings) throws ConfigException {
        try {
            return HostNetworks.parse(settings.text("qemu.networks", HostNetworks.NONE));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("qemu.networks: " + e.getMessage());
        }
    }

    @Override
    public QemuSettings read(Settings settings, Path runFolder) throws ConfigException {
        try {
            QemuConfig.requireShort(runFolder);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("run.folder: " + e.getMessage());
        }
        return new QemuSettings(
                Path.of(settings.text("qemu.binary", "qemu-system-x86_64")),
                settings.choice("qemu.accelerator", "auto", Set.of("auto", "kvm", "tcg")),
                unit(settings),
                networks(settings),
                // A boot's worth many times over; of a hundred VMs no more than 5 GiB.
                settings.whole("qemu.log_bytes", 16 << 20, 1 << 16, 1L << 40));
    }
}
