package io.drover.worker.hypervisor.qemu.process;

import io.drover.worker.hypervisor.VmStatus;
import java.util.Arrays;
import java.util.Optional;

/** Every run state of QEMU 7.2 ({@code qapi/run-state.json}) and what Drover takes it for. */
public enum QemuRunState {
    DEBUG("debug", VmStatus.PAUSED),
    INMIGRATE("inmigrate", VmStatus.INCOMING),
    INTERNAL_ERROR("internal-error", VmStatus.CRASHED),
    IO_ERROR("io-error", VmStatus.IO_ERROR),
    PAUSED("paused", VmStatus.PAUSED),
    POSTMIGRATE("postmigrate", VmStatus.POST_MIGRATE),
    PRELAUNCH("prelaunch", VmStatus.PAUSED),
    FINISH_MIGRATE("finish-migrate", VmStatus.FINISHING_MIGRATION),
    /** A snapshot is loaded: nothing of ours, and the guest stands. */
    RESTORE_VM("restore-vm", VmStatus.PAUSED),
    RUNNING("running", VmStatus.RUNNING),
    /** A snapshot is taken: nothing of ours, and the guest stands. */
    SAVE_VM("save-vm", VmStatus.PAUSED),
    SHUTDOWN("shutdown", VmStatus.SHUT_DOWN),
    SUSPENDED("suspended", VmStatus.SUSPENDED),
    WATCHDOG("watchdog", VmStatus.CRASHED),
    GUEST_PANICKED("guest-panicked", VmStatus.CRASHED),
    /** Somebody else replicates the guest. */
    COLO("colo", VmStatus.PAUSED);

    private final String wireName;
    private final VmStatus status;

    QemuRunState(String wireName, VmStatus status) {
        this.wireName = wireName;
        this.status = status;
    }

    String wireName() {
        return wireName;
    }

    public VmStatus status() {
        return status;
    }

    /** Empty for a state that this version of QEMU does not have. */
    public static Optional<QemuRunState> of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName.equals(wireName))
                .findFirst();
    }
}
