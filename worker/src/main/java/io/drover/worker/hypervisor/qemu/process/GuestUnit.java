package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.VmId;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/**
 * A template unit of systemd in which each VM's QEMU runs, so that a VM has a control group and a sandbox of its own and a
 * restart of the worker's unit finds no process left over (decision 0041). The unit runs what the file {@code command} in the
 * VM's run folder holds: the arguments, each ended by a NUL.
 *
 * @param template with its {@code @}, for example {@code drover-guest@}
 */
public record GuestUnit(String template) {
    private static final String SYNTAX = "[A-Za-z0-9:_.-]+@";

    public GuestUnit {
        if (!template.matches(SYNTAX)) {
            throw new IllegalArgumentException(
                    "'" + template + "' is not the name of a template unit, such as drover-guest@");
        }
    }

    /** Prepares the folder; returns the command that starts the unit and ends with its verdict. */
    public List<String> wrap(VmFolder folder, VmId vm, List<String> command) throws IOException {
        Files.writeString(folder.commandFile(), String.join("\0", command) + "\0");
        return List.of("systemctl", "--no-ask-password", "start", template + vm + ".service");
    }
}
