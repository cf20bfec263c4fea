package io.drover.worker.hypervisor.qemu;

import io.drover.messages.time.Clock;
import io.drover.worker.hypervisor.HypervisorDriver.Configured;
import io.drover.worker.hypervisor.HypervisorDriver.Parts;
import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.hypervisor.qemu.image.QemuImages;
import io.drover.worker.hypervisor.qemu.process.GuestUnit;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.VmLogs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The keys {@code qemu.*} of a worker's configuration.
 *
 * @param binary a path, or a name to be looked up in {@code PATH}
 * @param accelerator {@code auto}, {@code kvm} or {@code tcg}
 * @param unit in which each VM's QEMU runs; null: the worker starts it itself
 * @param networks that the cards of VMs can be on
 * @param logBytesMax of each log of a VM, above which it is emptied
 */
public record QemuSettings(
        Path binary, String accelerator, @Nullable GuestUnit unit, HostNetworks networks, long logBytesMax)
        implements Configured {
    @Override
    public Parts open(Site site, Clock clock) throws IOException {
        var config = new QemuConfig(
                binary,
                site.runFolder(),
                site.imagesFolder(),
                accelerator,
                QemuConfig.Limits.defaults(),
                site.encryption(),
                site.mirrorWindowBytes(),
                site.bootFolder(),
                unit,
                networks);
        var hypervisor = new QemuHypervisor(config, clock);
        try {
            // Now, so that a host whose QEMU does not run is found out at the worker's start.
            var _ = hypervisor.facts();
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
        return new Parts(
                hypervisor,
                new QemuImageLocks(),
                new QemuImages(config.imagesFolder(), config.runFolder()),
                new VmLogs(config.runFolder(), logBytesMax)::bound);
    }
}
