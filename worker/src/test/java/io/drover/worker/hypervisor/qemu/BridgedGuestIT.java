package io.drover.worker.hypervisor.qemu;

import static io.drover.worker.hypervisor.qemu.QemuLab.FAST;
import static io.drover.worker.hypervisor.qemu.QemuLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.NetworkCard;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.SystemClock;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.GuestSize;
import io.drover.testbed.guest.Guests;
import io.drover.testbed.guest.StreamLoad;
import io.drover.testbed.guest.WitnessLoad;
import io.drover.worker.hypervisor.HypervisorDriver.Site;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.MemoryTransfer.Phase;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.hypervisor.qemu.process.GuestTaps;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuProcess;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest with two cards in one network, which is a bridge of another name on each host. The first card answers pings; the second
 * is never up in the guest, so that what is heard of it is QEMU's announcement alone.
 */
@Timeout(300)
final class BridgedGuestIT {
    private static final VmId VM = new VmId(UUID.fromString("5f6f3f0e-2f7c-4a37-9a61-0d4c2b7e9b47"));
    private static final GuestSize SIZE = new GuestSize(80, 32, 1, 1);
    private static final WitnessLoad LOAD = new WitnessLoad(20, 0, 1, 0, 0, 0);
    private static final String ADDRESS = "192.168.77.2";
    private static final int ANSWERING = 0;
    private static final int SILENT = 1;
    /** QEMU's own announcements after an arrival. */
    private static final int BY_ITSELF = 5;
    /** What a busy host of two cores may add to a pause until an answer is seen. */
    private static final Duration SLACK = Duration.ofSeconds(3);

    @TempDir
    private Path folder;

    private BridgeLab lab;
    private Guests guests;
    private VmDefinition guest;
    private QemuHypervisor a;
    private QemuHypervisor b;

    @BeforeEach
    void begin() throws Exception {
        lab = BridgeLab.make(Files.createDirectory(folder.resolve("lab")));
        guests = Guests.prepare(Checkout.find());
        guest = guest();
        Files.createDirectory(folder.resolve("images"));
        a = host("a", Map.of("lan", "br-a"));
        b = host("b", Map.of("lan", "br-b"));
    }

    @AfterEach
    void end() throws Exception {
        for (String host : List.of("a", "b")) {
            kill(host);
        }
        lab.close();
    }

    private VmDefinition guest() {
        var address = new StreamLoad(0, 0, 1, 0, "ifconfig eth0 " + ADDRESS + " netmask 255.255.255.0 up");
        VmDefinition plain = guests.define(VM, "web1", SIZE, LOAD, address);
        var card = new NetworkCard("lan", null);
        return new VmDefinition(
                plain.id(),
                plain.name(),
                plain.vcpus(),
                plain.memoryBytes(),
                plain.machine(),
                plain.cpuModel(),
                new NetworkCards(List.of(card, card)),
                plain.boot(),
                plain.disks());
    }

    /** Both hosts have the images in one folder: this is not about disks. */
    private QemuHypervisor host(String name, Map<String, String> networks) throws IOException {
        var config = new QemuConfig(
                lab.qemu(),
                folder.resolve(name),
                folder.resolve("images"),
                "tcg",
                QemuConfig.Limits.defaults(),
                Encryption.off(),
                Site.MIRROR_WINDOW_BYTES,
                guests.bootFolder(),
                null,
                new HostNetworks(networks, lab.devices()));
        return new QemuHypervisor(config, new SystemClock());
    }

    private void kill(String host) throws IOException {
        QemuProcess process = VmFolder.of(folder.resolve(host), VM).process().orElse(null);
        if (process != null) {
            process.kill();
            await("end of " + process).until(() -> !process.alive());
        }
    }

    @Test
    void pingsGoOnWhileAGuestMovesFromOneBridgeToTheOther() throws Exception {
        guests.createImages(guest, SIZE, folder.resolve("images"));
        a.start(guest).close();
        try (SourceVm source = a.findSource(VM).orElseThrow();
                Pings pings = Pings.begin(lab, ADDRESS)) {
            await("an answer").until(() -> pings.count() > 0);
            assertThat(lab.port("br-a", guest.cardAddress(SILENT))).isEmpty();
            abort(source);
            move(source, pings);
            source.quit();
            assertThat(lab.taps("br-a")).isEmpty();
        }
        kill("b");
        await("the end of the taps").until(() -> lab.taps("br-b").isEmpty());
        b.start(guest).close();
        assertThat(lab.taps("br-b")).hasSize(2);
    }

    /** The destination is heard of by nobody, and the source tells where its guest still is. */
    private void abort(SourceVm source) throws Exception {
        String tap = lab.taps("br-a").get(SILENT);
        assertThat(lab.sentBy(tap)).isZero();
        try (IncomingVm destination = b.startIncoming(guest);
                var _ = MemoryCarrier.between(source, destination)) {
            stop(source);
            assertThat(lab.sentBy(lab.taps("br-b").get(SILENT))).isZero();
            source.cancelMemory();
            await("announcements").until(() -> lab.sentBy(tap) > 1);
            assertThat(lab.port("br-a", guest.cardAddress(SILENT))).isEqualTo(tap);
            destination.quit();
        }
        assertThat(lab.port("br-b", guest.cardAddress(SILENT))).isEqualTo("cable-b");
        assertThat(lab.taps("br-b")).isEmpty();
    }

    private static void stop(SourceVm source) throws Exception {
        source.sendMemory(FAST);
        await("pre-switchover").until(() -> source.memory().phase() == Phase.PRE_SWITCHOVER);
    }

    private void move(SourceVm source, Pings pings) throws Exception {
        try (IncomingVm destination = b.startIncoming(guest);
                var _ = MemoryCarrier.between(source, destination)) {
            int last = pings.count() - 1;
            stop(source);
            long stopped = System.nanoTime();
            source.continueSwitchover();
            await("completed")
                    .until(() ->
                            destination.memory().phase() == Phase.COMPLETED && destination.status() == VmStatus.PAUSED);
            String tap = lab.taps("br-b").get(SILENT);
            assertThat(lab.sentBy(tap)).isZero();
            assertThat(lab.port("br-b", guest.cardAddress(SILENT))).isEqualTo("cable-b");
            destination.resume();
            var pause = Duration.ofNanos(System.nanoTime() - stopped);
            await("the silent card's way")
                    .until(() -> lab.port("br-b", guest.cardAddress(SILENT)).equals(tap)
                            && lab.port("br-a", guest.cardAddress(SILENT)).equals("cable-a"));
            await("announcements beyond QEMU's own").until(() -> lab.sentBy(tap) > BY_ITSELF);
            int before = pings.count();
            await("answers from the other bridge").until(() -> pings.count() > before + 25);
            assertThat(lab.port("br-a", guest.cardAddress(ANSWERING))).isEqualTo("cable-a");
            judge(pings, last, pause);
        }
    }

    /** {@code last}: the answer before the move began. */
    private static void judge(Pings pings, int last, Duration pause) {
        Duration gap = pings.longestGapSince(last);
        int lost = pings.lostSince(last);
        System.out.printf(
                "BridgedGuestIT: pause %d ms, longest time without an answer %d ms, %d of %d pings lost%n",
                pause.toMillis(), gap.toMillis(), lost, lost + pings.count() - last);
        assertThat(gap).isLessThan(pause.plus(SLACK));
        assertThat((long) lost).isLessThan(pause.plus(SLACK).dividedBy(Pings.INTERVAL));
    }

    @Test
    void aHostWithoutTheNetworkIsNamedBeforeAnythingIsDone() throws Exception {
        QemuHypervisor other = host("b", Map.of("lan", "br-c"));

        assertThatThrownBy(() -> other.checkOffered(guest))
                .hasMessageContaining("network card 0: network lan is bridge br-c");
        assertThatThrownBy(() -> other.startIncoming(guest)).hasMessageContaining("there is no such device");
        assertThat(folder.resolve("b")).doesNotExist();
    }

    /** The program of the package's unit drover-guest-network@, with the one right that the unit has; and a QEMU that has none. */
    @Test
    void theUnitsTapIsForQemuWithoutRights() throws Exception {
        Path run = Files.createDirectory(folder.resolve(VM.toString()));
        Path configuration = Files.writeString(folder.resolve("c"), "qemu.networks = lan:br-a, dmz:br-b\n");
        Files.writeString(run.resolve("networks"), "0 br-a\n2 br-b\n");
        for (Path path : List.of(folder, run)) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        script("start", run, configuration);
        assertThat(lab.taps("br-a")).containsExactly(GuestTaps.name(VM, 0));
        assertThat(lab.taps("br-b")).containsExactly(GuestTaps.name(VM, 2));
        String opened = GuestTaps.ofUnit(VM, 2);
        assertThat(lab.run(unprivileged(
                        "-all",
                        "timeout",
                        "--preserve-status",
                        "20",
                        "sh",
                        "-c",
                        "echo quit | qemu-system-x86_64 -nodefaults -display none -machine none -monitor stdio -netdev "
                                + opened + ",id=n")))
                .contains("(qemu)");
        // What a start finds of an earlier one is made anew.
        script("start", run, configuration);
        script("stop", run, configuration);
        assertThat(lab.taps("br-a")).isEmpty();
        assertThat(lab.taps("br-b")).isEmpty();

        Files.writeString(run.resolve("networks"), "0 cable-a\n");
        assertThatThrownBy(() -> script("start", run, configuration))
                .hasMessageContaining("network card 0: bridge cable-a is not in qemu.networks of " + configuration);
        assertThat(run.resolve("qemu.log")).content().contains("is not in qemu.networks");
    }

    private void script(String verb, Path run, Path configuration) throws Exception {
        Path script = Checkout.find().root().resolve("packaging/drover-worker/root/usr/lib/drover/bin/guest-network");
        lab.run(unprivileged("-all,+net_admin", script.toString(), verb, run.toString(), configuration.toString()));
    }

    private static String[] unprivileged(String capabilities, String... command) {
        var whole = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--no-new-privs",
                "--bounding-set=" + capabilities,
                "--inh-caps=" + capabilities));
        whole.add("--ambient-caps=" + capabilities);
        whole.addAll(List.of(command));
        return whole.toArray(String[]::new);
    }
}
