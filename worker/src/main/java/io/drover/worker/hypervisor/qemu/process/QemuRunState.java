package io.drover.worker.hypervisor.qemu.process;

import io.drover.worker.hypervisor.MachineStatus;
import java.util.Arrays;
import java.util.Optional;

/** Every run state of QEMU 7.2 ({@code qapi/run-state.json}) and what Drover takes it for. */
public enum QemuRunState {
    DEBUG("debug", MachineStatus.PAUSED),
    INMIGRATE("inmigrate", MachineStatus.INCOMING),
    INTERNAL_ERROR("internal-error", MachineStatus.CRASHED),
    IO_ERROR("io-error", MachineStatus.IO_ERROR),
    PAUSED("paused", MachineStatus.PAUSED),
    POSTMIGRATE("postmigrate", MachineStatus.POST_MIGRATE),
    PRELAUNCH("prelaunch", MachineStatus.PAUSED),
    FINISH_MIGRATE("finish-migrate", MachineStatus.FINISHING_MIGRATION),
    /** A snapshot is loaded: nothing of ours, and the guest stands. */
    RESTORE_VM("restore-vm", MachineStatus.PAUSED),
    RUNNING("running", MachineStatus.RUNNING),
    /** A snapshot is taken: nothing of ours, and the guest stands. */
    SAVE_VM("save-vm", MachineStatus.PAUSED),
    SHUTDOWN("shutdown", MachineStatus.SHUT_DOWN),
    SUSPENDED("suspended", MachineStatus.SUSPENDED),
    WATCHDOG("watchdog", MachineStatus.CRASHED),
    GUEST_PANICKED("guest-panicked", MachineStatus.CRASHED),
    /** Somebody else replicates the guest. */
    COLO("colo", MachineStatus.PAUSED);

    private final String wireName;
    private final MachineStatus status;

    QemuRunState(String wireName, MachineStatus status) {
        this.wireName = wireName;
        this.status = status;
    }

    String wireName() {
        return wireName;
    }

    public MachineStatus status() {
        return status;
    }

    /** Empty for a state that this version of QEMU does not have. */
    public static Optional<QemuRunState> of(String wireName) {
        return Arrays.stream(values())
                .filter(state -> state.wireName.equals(wireName))
                .findFirst();
    }
}
