package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A template unit of systemd in which each VM's QEMU runs, so that a VM has a control group and a sandbox of its own and a
 * restart of the worker's unit finds no process left over (decision 0041). The unit runs what the file {@code command} in the
 * VM's run folder holds: the arguments, each ended by a NUL. Before that, a unit of its own makes a tap for each line of the file
 * {@code networks}, {@code CARD BRIDGE}, and removes them when the VM has ended (decision 0047).
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

    /**
     * Prepares the folder; returns the command that starts the unit and ends with its verdict.
     *
     * @param bridges of the cards that are on one, by the cards' places
     */
    public List<String> wrap(VmFolder folder, Map<Integer, String> bridges, List<String> command) throws IOException {
        String networks = bridges.entrySet().stream()
                .map(card -> card.getKey() + " " + card.getValue() + "\n")
                .collect(Collectors.joining());
        Files.writeString(folder.networksFile(), networks);
        Files.writeString(folder.commandFile(), String.join("\0", command) + "\0");
        return List.of("systemctl", "--no-ask-password", "start", template + folder.vm() + ".service");
    }
}
