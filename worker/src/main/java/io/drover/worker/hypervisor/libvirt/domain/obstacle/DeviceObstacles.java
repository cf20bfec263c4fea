package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition;
import io.drover.worker.hypervisor.libvirt.domain.DomainDevice;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;

/** What keeps all other devices from moving. */
final class DeviceObstacles {
    private static final String DETACH = "detach it";

    private final ObstacleList obstacles;

    DeviceObstacles(ObstacleList obstacles) {
        this.obstacles = obstacles;
    }

    void check(DomainDefinition domain) {
        domain.devices().forEach(this::device);
        String variables = domain.firmware().nvram();
        if (!obstacles.running() && variables != null) {
            obstacles.forbid(
                    Cause.UEFI_VARIABLES,
                    "domain",
                    "its UEFI variables are in " + Shown.text(variables) + ", which only a running domain takes along",
                    "start it and move it while it runs");
        }
    }

    private void device(DomainDevice device) {
        switch (device.element()) {
            case "hostdev" -> obstacles.forbid(Cause.HOST_DEVICE, device.shown(), "is a device of this host", DETACH);
            case "filesystem" ->
                obstacles.forbid(
                        Cause.SHARED_FOLDER,
                        device.shown(),
                        "is a folder of this host",
                        "detach it, or mount it over the network inside the guest");
            case "shmem" ->
                obstacles.forbidRunning(
                        Cause.SHARED_MEMORY,
                        device.shown(),
                        "is memory shared with other processes of this host",
                        "detach it, or shut the domain down and move it idle");
            case "memory" -> memory(device);
            case "smartcard" -> {
                if (!device.kind().equals("passthrough")) {
                    obstacles.forbid(Cause.HOST_DEVICE, device.shown(), "is a smart card of this host", DETACH);
                }
            }
            case "input" -> {
                if (device.source() != null) {
                    obstacles.forbid(Cause.HOST_DEVICE, device.shown(), "is an input device of this host", DETACH);
                }
            }
            case "serial", "parallel", "channel" -> {
                if (device.kind().equals("dev")) {
                    obstacles.warn(
                            Cause.HOST_PORT,
                            device.shown(),
                            "is a port of this host",
                            "have it at the same path of the destination");
                }
            }
            case "tpm" -> tpm(device);
            default -> {
                // USB redirected by a client (redirdev) is QEMU's own, and moves.
            }
        }
    }

    private void memory(DomainDevice device) {
        if (device.source() != null) {
            obstacles.forbid(
                    Cause.MEMORY_FILE,
                    device.shown(),
                    "is memory (" + Shown.text(device.kind()) + ") in a file that does not move",
                    "copy what it holds to a disk and detach it");
        } else if (device.kind().equals("sgx-epc")) {
            obstacles.forbidRunning(
                    Cause.LAUNCH_SECURITY,
                    device.shown(),
                    "is encrypted by the processor (SGX)",
                    "shut the domain down and move it idle");
        }
    }

    private void tpm(DomainDevice device) {
        if (!device.kind().equals("emulator")) {
            obstacles.forbid(
                    Cause.HOST_TPM,
                    "tpm",
                    "is not libvirt's own emulator but " + Shown.text(device.kind())
                            + ", and its state stays on this host",
                    "replace it by an emulator, after what depends on its keys was freed from it in the guest");
        } else if (!obstacles.running()) {
            obstacles.forbid(
                    Cause.TPM_STATE,
                    "tpm",
                    "its state is in files that only a running domain takes along",
                    "start the domain and move it while it runs");
        }
    }
}
