package io.drover.demo;

import io.drover.messages.VmId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The QEMU processes of the demo. Workers leave theirs running when they end; the demo must not. */
public final class QemuProcesses {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private final DemoFolders folders;

    public QemuProcesses(DemoFolders folders) {
        this.folders = folders;
    }

    /** Ends those that are left, by pid; returns how many there were. */
    public int endAll() {
        List<ProcessHandle> left =
                ProcessHandle.allProcesses().filter(this::ours).toList();
        left.forEach(ProcessHandle::destroyForcibly);
        CompletableFuture<?>[] exits = left.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(exits)
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
        return left.size();
    }

    /** Whether a process of this VM lives in this host's run folder. */
    boolean alive(Path runFolder, VmId vm) {
        String place = runFolder.resolve(vm.toString()) + "/";
        return ProcessHandle.allProcesses().anyMatch(process -> qemuNaming(process, place));
    }

    private boolean ours(ProcessHandle process) {
        return qemuNaming(process, folders.root() + "/");
    }

    /** A QEMU whose command line names a file below this folder. */
    private static boolean qemuNaming(ProcessHandle process, String folder) {
        var info = process.info();
        return info.command().map(command -> command.contains("qemu-system")).orElse(false)
                && info.arguments().stream().flatMap(Arrays::stream).anyMatch(argument -> argument.contains(folder));
    }
}
