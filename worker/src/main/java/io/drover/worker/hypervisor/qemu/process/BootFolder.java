package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.DirectBoot;
import io.drover.messages.VmDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of the kernels and initial ram disks that VMs of this host may boot from directly. A guest can read what
 * QEMU was given for either, so a path in a definition must not reach any other file of the host.
 *
 * @param folder null: this host boots no kernel directly
 */
public record BootFolder(@Nullable Path folder) {
    /**
     * The VM as QEMU is to be given it: with real paths, so that a link cannot be turned between this look and QEMU's.
     *
     * @throws IOException naming the file that is not in the folder; it does not tell whether there is one elsewhere
     */
    public VmDefinition resolve(VmDefinition vm) throws IOException {
        DirectBoot boot = vm.boot();
        if (boot == null) {
            return vm;
        }
        return new VmDefinition(
                vm.id(),
                vm.name(),
                vm.vcpus(),
                vm.memoryBytes(),
                vm.machine(),
                vm.cpuModel(),
                vm.networkCards(),
                new DirectBoot(real("kernel", boot.kernel()), real("initrd", boot.initrd()), boot.commandLine()),
                vm.disks());
    }

    private String real(String role, String file) throws IOException {
        if (folder == null) {
            throw new IOException(
                    "boot: " + role + " " + file + " is not read: boot.folder is not configured on this host");
        }
        try {
            Path real = Path.of(file).toRealPath();
            if (real.startsWith(folder.toRealPath()) && Files.isRegularFile(real)) {
                return real.toString();
            }
        } catch (InvalidPathException | IOException e) {
            throw new IOException(refusal(role, file), e);
        }
        throw new IOException(refusal(role, file));
    }

    private String refusal(String role, String file) {
        return "boot: " + role + " " + file + " is not a file below boot.folder, " + folder;
    }
}
