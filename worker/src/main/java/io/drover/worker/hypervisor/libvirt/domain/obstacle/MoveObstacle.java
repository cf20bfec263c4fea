package io.drover.worker.hypervisor.libvirt.domain.obstacle;

/**
 * One reason against a move.
 *
 * @param cause for programs
 * @param forbids whether the move is refused; else it is a warning, and a policy may refuse
 * @param device as an operator finds it in the XML, such as {@code disk vda}; {@code domain} for the whole
 * @param problem what is wrong with it
 * @param remedy what the operator can do
 */
public record MoveObstacle(Cause cause, boolean forbids, String device, String problem, String remedy) {
    /** Kinds of reasons. Those that say "running" or "idle" are against that kind of move alone. */
    public enum Cause {
        /** Neither {@code kvm} nor {@code qemu}. */
        NOT_QEMU,
        /** Running: encrypted memory. Idle: a warning. */
        LAUNCH_SECURITY,
        /** Running: the guest counts time by the host's processor. */
        INVARIANT_TSC,
        /** A warning: the guest sees the host's processor. */
        HOST_CPU,
        /** A warning: a type of machine that only one distribution's QEMU has. */
        MACHINE_TYPE,
        /** A warning: kernel and other files of the host are read at each start. */
        DIRECT_BOOT,
        /** A warning: arguments that libvirt hands to QEMU unread. */
        QEMU_ARGUMENTS,

        DISK_WITHOUT_SOURCE,
        /** A device, a folder or a process of the host in place of an image. */
        DISK_KIND,
        /** Running. */
        TRANSIENT_DISK,
        ENCRYPTED_DISK,
        /** Running: QEMU does not see what the guest writes. */
        LUN,
        /** Running: libvirt copies or commits the disk itself. */
        BLOCK_JOB,
        /** Running: see decision 48. */
        IOTHREAD,

        /** A device of the host in place of a card, or a type that this version does not know. */
        INTERFACE_KIND,
        /** A warning: what another device or process does with the card's traffic. */
        INTERFACE_PEER,
        /** A warning: a filter that must exist at the destination. */
        NETWORK_FILTER,

        HOST_DEVICE,
        SHARED_FOLDER,
        /** Running. */
        SHARED_MEMORY,
        /** A file that is memory to the guest. */
        MEMORY_FILE,
        /** A warning: a serial port of the host. */
        HOST_PORT,
        HOST_TPM,
        /** Idle: with a running domain it goes with the memory. */
        TPM_STATE,
        /** Idle: with a running domain they go with the memory. */
        UEFI_VARIABLES
    }

    @Override
    public String toString() {
        return device + ": " + problem + "; " + remedy;
    }
}
