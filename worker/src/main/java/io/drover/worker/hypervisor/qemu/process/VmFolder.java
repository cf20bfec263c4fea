package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;

/**
 * A VM's folder, {@code <run>/<vm id>/}: what a later worker needs to find it again, its sockets and its logs.
 * Logs stay when the VM ends.
 */
public record VmFolder(Path path, VmId vm) {
    /** {@code sun_path} of unix(7) has 108 bytes, the last of which is zero. */
    private static final int SOCKET_PATH_BYTES_MAX = 107;

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** What grows while the VM runs. */
    static final List<String> LOGS = List.of("console.log", "qemu.log");

    private static final String LONGEST_SOCKET = "console.sock";
    private static final int VM_ID_BYTES = 36;

    public static VmFolder of(Path runFolder, VmId vm) {
        return new VmFolder(runFolder.resolve(vm.toString()), vm);
    }

    static void checkLength(Path runFolder) {
        int bytes = runFolder.toString().getBytes(StandardCharsets.UTF_8).length
                + VM_ID_BYTES
                + LONGEST_SOCKET.length()
                + 2;
        if (bytes > SOCKET_PATH_BYTES_MAX) {
            throw new IllegalArgumentException("sockets below " + runFolder + " would have paths of "
                    + bytes + " bytes, but a unix socket's may have " + SOCKET_PATH_BYTES_MAX
                    + " at most; choose a shorter one");
        }
    }

    /** The worker's monitor. */
    public Path monitorSocket() {
        return path.resolve("qmp.sock");
    }

    /** A second monitor for people and watchdogs, because one serves one client only. */
    public Path repairSocket() {
        return path.resolve("repair.sock");
    }

    Path consoleSocket() {
        return path.resolve(LONGEST_SOCKET);
    }

    public Path nbdSocket() {
        return path.resolve("nbd.sock");
    }

    /** Where memory leaves or arrives. */
    public Path memorySocket() {
        return path.resolve("mem.sock");
    }

    /** Where the worker takes a disk's mirrored writes in. */
    public Path gatewaySocket(int disk) {
        return path.resolve("mir" + disk + ".sock");
    }

    /** Where the worker serves a disk whose blocks are pulled. */
    public Path pullSocket(int disk) {
        return path.resolve("pull" + disk + ".sock");
    }

    public Path consoleLog() {
        return path.resolve("console.log");
    }

    Path log() {
        return path.resolve("qemu.log");
    }

    /** Of the process before. */
    Path earlierLog() {
        return path.resolve("qemu.log.1");
    }

    public Path pidFile() {
        return path.resolve("qemu.pid");
    }

    private Path definitionFile() {
        return path.resolve("vm.json");
    }

    /** What its service runs, where it has one. */
    Path commandFile() {
        return path.resolve("command");
    }

    /** What its service's taps are to be, where it has one. */
    Path networksFile() {
        return path.resolve("networks");
    }

    private Path processFile() {
        return path.resolve("process");
    }

    /** Which program was started here, links resolved. */
    private Path programFile() {
        return path.resolve("program");
    }

    private Path mirrorServerFile() {
        return path.resolve("mirror-server");
    }

    /** Whether the VM has been started on this host before; its folder stays when it ends. */
    public boolean exists() {
        return Files.isDirectory(path);
    }

    /**
     * Makes the folder ready for a new process: the definition is there before it, nothing of an old one is left.
     *
     * @param binary that will be started; a script may run QEMU in its place
     */
    public void prepare(VmDefinition definition, Path binary) throws IOException {
        Files.createDirectories(path.getParent());
        if (!Files.isDirectory(path)) {
            // Who reaches a monitor owns the guest.
            Files.createDirectory(path, OWNER_ONLY);
        }
        clear();
        write(definitionFile(), DroverJson.mapper().writeValueAsString(definition));
        write(programFile(), resolved(binary).toString());
    }

    private static Path resolved(Path binary) throws IOException {
        if (binary.getNameCount() > 1 || binary.isAbsolute()) {
            return binary.toRealPath();
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            Path candidate = Path.of(folder).resolve(binary);
            if (!folder.isEmpty() && Files.isExecutable(candidate)) {
                return candidate.toRealPath();
            }
        }
        return binary;
    }

    /** Removes what belongs to a process that is gone; keeps the logs. */
    public void clear() throws IOException {
        for (Path file : List.of(
                monitorSocket(),
                repairSocket(),
                consoleSocket(),
                nbdSocket(),
                memorySocket(),
                pidFile(),
                processFile(),
                programFile(),
                commandFile(),
                mirrorServerFile())) {
            Files.deleteIfExists(file);
        }
    }

    public VmDefinition definition() throws IOException {
        try {
            return DroverJson.strict().readValue(Files.readString(definitionFile()), VmDefinition.class);
        } catch (JacksonException e) {
            throw new IOException(definitionFile() + " is damaged", e);
        }
    }

    void rememberProcess(QemuProcess process) throws IOException {
        write(processFile(), process.pid() + " " + process.startTicks());
    }

    /**
     * The VM's living process. What was noted is asked first: a process that is ending has no command line any more
     * but still holds its files. Then the command lines: a worker may have died before it could note anything.
     */
    public Optional<QemuProcess> process() throws IOException {
        return process(QemuProcess.ownByPidFile(Set.of(pidFile().toString())));
    }

    /**
     * The same, when the command lines have been looked through for several VMs at once.
     *
     * @param own as {@link QemuProcess#ownByPidFile} found them
     */
    public Optional<QemuProcess> process(Map<String, List<QemuProcess>> own) throws IOException {
        Optional<QemuProcess> noted = notedProcess().filter(QemuProcess::alive);
        if (noted.isPresent()) {
            return noted;
        }
        QemuProcess youngest = null; // of two one is giving birth to the other
        for (QemuProcess candidate : own.getOrDefault(pidFile().toString(), List.of())) {
            if (isQemu(candidate) && (youngest == null || candidate.isYoungerThan(youngest))) {
                youngest = candidate;
            }
        }
        return Optional.ofNullable(youngest);
    }

    /** It runs the program that was started here, or QEMU itself wrote its number into this folder, which nobody else can. */
    private boolean isQemu(QemuProcess candidate) throws IOException {
        Optional<String> started = read(programFile());
        Optional<String> program = candidate.program().map(Path::toString);
        return (started.isPresent() && started.equals(program))
                || read(pidFile()).map(String::strip).equals(Optional.of(Long.toString(candidate.pid())));
    }

    private Optional<QemuProcess> notedProcess() throws IOException {
        Optional<String> text = read(processFile());
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            String[] fields = text.get().strip().split(" ", 2);
            return Optional.of(new QemuProcess(Long.parseLong(fields[0]), Long.parseLong(fields[1])));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(processFile() + " is damaged: '" + text.get() + "'", e);
        }
    }

    /** The port on which QEMU takes mirrors in, which it cannot be asked for. */
    public Optional<String> mirrorServer() throws IOException {
        return read(mirrorServerFile());
    }

    public void rememberMirrorServer(String address) throws IOException {
        write(mirrorServerFile(), address);
    }

    public void forgetMirrorServer() throws IOException {
        Files.deleteIfExists(mirrorServerFile());
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** By temporary file, fsync and rename: a power cut leaves the old content or the new. */
    private void write(Path file, String text) throws IOException {
        Path temporary = path.resolve(file.getFileName() + ".new");
        Files.writeString(temporary, text);
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
