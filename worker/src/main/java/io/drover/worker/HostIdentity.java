package io.drover.worker;

import io.drover.schema.worker.WorkerIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What tells this worker from another that has the same name and credentials. */
final class HostIdentity {
    private static final List<String> MACHINE_IDS = List.of("etc/machine-id", "var/lib/dbus/machine-id");
    private static final String BOOT_ID = "proc/sys/kernel/random/boot_id";

    /** Two containers without one on one machine differ by their state folders alone. */
    static final String NO_MACHINE_ID = "without a machine id";

    private HostIdentity() {}

    /**
     * A copy of the folder has another path or another inode, a restored one another inode, a cloned host another boot.
     *
     * @param root of the file system; anything else is for tests
     * @param stateFolder must be there
     * @param address where the worker listens for peers
     */
    static WorkerIdentity read(Path root, Path stateFolder, String address) throws IOException {
        return new WorkerIdentity(machineId(root), firstLine(root.resolve(BOOT_ID)), folder(stateFolder), address);
    }

    private static String machineId(Path root) throws IOException {
        for (String file : MACHINE_IDS) {
            Path path = root.resolve(file);
            if (Files.isReadable(path) && !firstLine(path).isEmpty()) {
                return firstLine(path);
            }
        }
        return NO_MACHINE_ID;
    }

    private static String folder(Path stateFolder) throws IOException {
        Path real = stateFolder.toRealPath();
        return real + " (inode " + Files.getAttribute(real, "unix:ino") + ")";
    }

    private static String firstLine(Path file) throws IOException {
        return Files.readString(file).lines().findFirst().orElse("").strip();
    }
}
