package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.DATA_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.IDLE;
import static io.drover.worker.hypervisor.qemu.QemuLab.SWAP_BYTES;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DirectBoot;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.SystemClock;
import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.qemu.process.BootFolder;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which process is a VM's, and which files it may be given. */
@Tag("attack")
final class QemuIdentityIT {
    private final List<Process> impostors = new ArrayList<>();
    private QemuLab lab;
    private VmDefinition guest;

    @TempDir
    private Path folder;

    @BeforeEach
    void begin() throws Exception {
        lab = new QemuLab(folder);
        guest = lab.guest(IDLE, DATA_BYTES, SWAP_BYTES);
    }

    @AfterEach
    void end() throws Exception {
        for (Process impostor : impostors) {
            impostor.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
        }
        lab.close();
    }

    private VmFolder vmFolder() {
        return VmFolder.of(lab.run("a"), guest.id());
    }

    /** As any local user can; the option in front of the path is more than the report had. */
    private Process impostor() throws IOException {
        String pidFile = vmFolder().pidFile().toString();
        for (List<String> arguments : List.of(List.of("x", pidFile), List.of("x", "-pidfile", pidFile))) {
            // Two commands, so that the shell does not turn into the last of them.
            var command = new ArrayList<>(List.of("sh", "-c", "sleep 600; :"));
            command.addAll(arguments);
            impostors.add(new ProcessBuilder(command).start());
        }
        Process last = impostors.getLast();
        await("the impostor's arguments")
                .until(() -> Files.readString(Path.of("/proc/" + last.pid() + "/cmdline"))
                        .contains(pidFile));
        return last;
    }

    @Test
    @DisplayName("A11: a process that only names the pid file is no VM, and is not ended for one")
    void anArgumentMakesNoVm() throws Exception {
        Process impostor = impostor();
        Files.createDirectories(vmFolder().path());
        assertThat(lab.source.alive()).isEmpty();
        assertThat(lab.source.find(guest.id())).isEmpty();
        try (VmInstance vm = lab.source.start(guest)) {
            assertThat(lab.source.alive()).containsExactly(guest.id());
            assertThat(lab.pid("a", guest.id())).isNotEqualTo(impostor.pid());
            vm.quit();
        }
        assertThat(impostors).allMatch(Process::isAlive);
        assertThat(lab.source.alive()).isEmpty();
    }

    @Test
    @DisplayName("A11: QEMU that was replaced on disk is found again by a worker that had noted nothing")
    void aReplacedProgramIsStillTheVms() throws Exception {
        Path binary = ownQemu();
        var config = new QemuConfig(
                binary,
                lab.run("a"),
                lab.images("a"),
                "tcg",
                QemuConfig.Limits.defaults(),
                Encryption.off(),
                Site.MIRROR_WINDOW_BYTES,
                null,
                null,
                HostNetworks.none());
        new QemuHypervisor(config, new SystemClock()).start(guest).close();
        long pid = lab.pid("a", guest.id());
        Files.delete(binary);
        Files.delete(vmFolder().path().resolve("process"));
        impostor();
        assertThat(lab.pid("a", guest.id())).isEqualTo(pid);
        // Before it had written its number, and where a script stands in its place.
        String number = Files.readString(vmFolder().pidFile());
        Files.delete(vmFolder().pidFile());
        assertThat(lab.pid("a", guest.id())).isEqualTo(pid);
        Files.writeString(vmFolder().pidFile(), number);
        Files.writeString(vmFolder().path().resolve("program"), "/usr/local/bin/qemu-in-a-namespace");
        assertThat(lab.pid("a", guest.id())).isEqualTo(pid);
    }

    /** A copy that may be deleted; QEMU looks for its parts beside where it stands. */
    private Path ownQemu() throws IOException {
        Path original = qemu();
        Path binary = Files.createDirectories(folder.resolve("usr/bin")).resolve("qemu");
        for (String parts : List.of("lib", "share")) {
            Path there = original.resolveSibling("../" + parts).normalize();
            Files.createSymbolicLink(folder.resolve("usr").resolve(parts), there);
        }
        return Files.copy(original, binary, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static Path qemu() throws IOException {
        try (Stream<String> folders = Stream.of(System.getenv("PATH").split(":", -1))) {
            return folders.map(path -> Path.of(path, "qemu-system-x86_64"))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow()
                    .toRealPath();
        }
    }

    @Test
    @DisplayName("A15: a stray folder and a damaged note cost nobody but their own VM")
    void aStrayFolderBlindsNobody() throws Exception {
        Files.createDirectories(lab.run("a").resolve("notes-of-bob-and-eve-x"));
        Files.createDirectories(lab.run("a").resolve("1-1-1-1-1"));
        Files.createDirectories(vmFolder().path());
        assertThat(lab.source.alive()).isEmpty();
        assertThat(lab.source.find(guest.id())).isEmpty();
        var damaged = new VmId(UUID.randomUUID());
        VmFolder other = VmFolder.of(lab.run("a"), damaged);
        Files.createDirectories(other.path());
        Files.writeString(other.path().resolve("process"), "not a number");
        // That it does not live is not proven.
        assertThat(lab.source.alive()).containsExactly(damaged);
        assertThat(lab.source.find(guest.id())).isEmpty();
        assertThatThrownBy(() -> lab.source.find(damaged)).hasMessageContaining("is damaged");
        Files.delete(other.path().resolve("process"));
    }

    @Test
    @DisplayName("A1: QEMU is given a kernel and an initial ram disk from the boot folder only")
    void bootsFromItsFolderOnly() throws Exception {
        Path boot = Files.createDirectory(folder.resolve("boot"));
        Path kernel = Files.createFile(boot.resolve("vmlinuz"));
        Path secret = Files.writeString(folder.resolve("host-b-key.pem"), "PRIVATE KEY");
        Path link = Files.createSymbolicLink(boot.resolve("initrd"), secret);
        var configured = new BootFolder(boot);
        Path inside = Files.createSymbolicLink(boot.resolve("current"), kernel);
        assertThat(configured.resolve(booting(inside, kernel)).boot())
                .isEqualTo(new DirectBoot(
                        kernel.toRealPath().toString(), kernel.toRealPath().toString(), "quiet"));
        for (Path file : List.of(secret, link, boot.resolve("../host-b-key.pem"), boot, boot.resolve("none"))) {
            assertThatThrownBy(() -> configured.resolve(booting(kernel, file)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("boot: initrd " + file + " is not a file below boot.folder");
        }
        // Where nothing is configured nothing is read, at admission as well as at the start.
        VmDefinition direct = booting(kernel, kernel);
        assertThatThrownBy(() -> lab.source.checkOffered(direct)).hasMessageContaining("boot.folder is not configured");
        assertThatThrownBy(() -> lab.source.start(direct)).hasMessageContaining("boot.folder is not configured");
        assertThat(vmFolder().path()).doesNotExist();
    }

    private VmDefinition booting(Path kernel, Path initrd) {
        var boot = new DirectBoot(kernel.toString(), initrd.toString(), "quiet");
        return new VmDefinition(
                guest.id(), "guest", 1, 32L << 20, "pc-q35-7.2", "qemu64", NetworkCards.plain(1), boot, guest.disks());
    }
}
