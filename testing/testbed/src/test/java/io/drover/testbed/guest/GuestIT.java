package io.drover.testbed.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.messages.time.SystemClock;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.HeartbeatEvidence;
import io.drover.testbed.evidence.HeartbeatLimits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Boots guests and lets the witness work; also proves that it notices what it is there to notice. */
@Timeout(600)
class GuestIT {
    private static final Logger LOG = LoggerFactory.getLogger(GuestIT.class);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final GuestSize SIZE = GuestSize.SMALL;
    /** Smaller than the witness' own target: the tests may share two cores with a build. */
    private static final HeartbeatLimits BUSY_HOST =
            new HeartbeatLimits(20, Duration.ofSeconds(5).toNanos());

    private final Clock clock = new SystemClock();

    @TempDir
    private Path folder;

    private final Guests guests;

    GuestIT() throws IOException, InterruptedException {
        guests = Guests.prepare(Checkout.find());
    }

    @Test
    void beatsSwapsVerifiesAndShutsDownClean() throws Exception {
        VmDefinition vm = guests.define(new VmId(UUID.randomUUID()), "guest", SIZE, WitnessLoad.SMALL);
        Manifest manifest = guests.createImages(vm, SIZE, folder);
        try (var qemu = RunningQemu.boot(vm, folder, clock)) {
            ConsoleRecorder console = qemu.console();
            assertThat(console.awaitLine("READY", LIMIT)).isPresent();
            String boot = console.awaitLine("BOOT", LIMIT).orElseThrow().text();
            assertThat(boot).contains("swap=/dev/sda rotational=0");
            long from = console.lastHeartbeat().orElseThrow().number();
            Duration cpuBefore = qemu.cpuTime();
            Duration timeBefore = clock.elapsed();
            assertThat(console.awaitHeartbeat(from + 300, LIMIT)).isTrue();
            LOG.info(
                    "{}; {} of a core",
                    boot,
                    share(qemu.cpuTime().minus(cpuBefore), clock.elapsed().minus(timeBefore)));

            assertThat(console.recording().lines())
                    .noneMatch(line -> line.text().startsWith("ERR"));
            String status = console.ask("status", "STATUS", LIMIT).text();
            assertThat(field(status, "err")).isZero();
            assertThat(field(status, "pswpout")).isPositive();
            assertThat(field(status, "pswpin")).isPositive();
            assertThat(field(status, "v")).isPositive();
            assertThat(field(status, "pv")).isPositive();

            console.send("shutdown");
            assertThat(qemu.awaitExit(LIMIT)).isZero();
            assertThat(console.awaitEnd(LIMIT)).isTrue();
            assertThat(console.awaitLine("HALT data disk unmounted", LIMIT)).isPresent();
            HeartbeatEvidence evidence = HeartbeatEvidence.of("guest", BUSY_HOST, List.of(console.recording()));
            assertThat(evidence.verdict().problems()).isEmpty();
            assertThat(evidence.holds()).isTrue();
        }
        assertThat(ImageCheck.of(Guests.imageOf(vm, Guests.DATA, folder), manifest, folder)
                        .problems())
                .isEmpty();
    }

    @Test
    void obeysItsCommandsAndThePowerButton() throws Exception {
        WitnessLoad idle = new WitnessLoad(30, 0, 4, 0, 0, 0);
        // With all that a shell, a kernel's command line and QEMU's options could take for their own.
        String command = "for i in 1 2; do echo \"COMMAND $i, in $PWD='a=b' \" >/dev/console; done;"
                + " mkdir made && dd if=/dev/zero of=made/file bs=4k count=3";
        VmDefinition vm =
                guests.define(new VmId(UUID.randomUUID()), "guest", SIZE, idle, new StreamLoad(0, 0, 1, 0, command));
        Manifest manifest = guests.createImages(vm, SIZE, folder);
        try (var qemu = RunningQemu.boot(vm, folder, clock)) {
            ConsoleRecorder console = qemu.console();
            assertThat(console.awaitLine("READY", LIMIT)).isPresent();
            assertThat(console.awaitLine("COMMAND 2, in /data='a=b' ", LIMIT)).isPresent();
            assertThat(field(console.ask("status", "STATUS", LIMIT).text(), "w"))
                    .isZero();
            console.ask("rate 50", "OK rate 50", LIMIT);
            console.ask("load 10", "OK load 10", LIMIT);
            console.ask("load 101", "BAD load: '101' is not a number from 0 to 100", LIMIT);
            console.ask("dance", "BAD unknown command 'dance'", LIMIT);
            long now = console.lastHeartbeat().orElseThrow().number();
            assertThat(console.awaitHeartbeat(now + 60, LIMIT)).isTrue();
            assertThat(field(console.ask("status", "STATUS", LIMIT).text(), "w"))
                    .isPositive();

            qemu.pressPowerButton();
            assertThat(console.awaitLine("OK power button", LIMIT)).isPresent();
            assertThat(qemu.awaitExit(LIMIT)).isZero();
        }
        Path image = Guests.imageOf(vm, Guests.DATA, folder);
        assertThat(ImageCheck.of(image, manifest, folder).clean()).isTrue();
        assertThat(Tool.DEBUGFS.run(LIMIT, "-R", "stat /made/file", image)).contains("Size: 12288");
    }

    /** QEMU's own migration over shared images: what the evidence says of a real switchover. */
    @Test
    void beatsOnAfterAMigration() throws Exception {
        VmDefinition vm = guests.define(new VmId(UUID.randomUUID()), "guest", SIZE, WitnessLoad.SMALL);
        guests.createImages(vm, SIZE, folder);
        Path there = Files.createDirectory(folder.resolve("there"));
        try (var source = RunningQemu.boot(vm, folder, clock);
                var destination = RunningQemu.await(vm, folder, there, clock)) {
            assertThat(source.console().awaitLine("READY", LIMIT)).isPresent();
            await().atMost(LIMIT).until(destination.console()::connected);
            source.migrateTo(destination);
            await().atMost(LIMIT).until(source::hasMigrated);
            long last = source.console().lastHeartbeat().orElseThrow().number();
            assertThat(destination.console().awaitHeartbeat(last + 100, LIMIT)).isTrue();

            destination.console().send("shutdown");
            assertThat(destination.awaitExit(LIMIT)).isZero();
            assertThat(destination.console().awaitEnd(LIMIT)).isTrue();
            HeartbeatEvidence evidence = HeartbeatEvidence.of(
                    "guest",
                    BUSY_HOST,
                    List.of(source.console().recording(), destination.console().recording()));
            LOG.info("{}", evidence.verdict().handovers());
            assertThat(evidence.verdict().problems()).isEmpty();
            assertThat(evidence.verdict().handovers()).hasSize(1);
            assertThat(HeartbeatEvidence.fromJson(evidence.toJson()).holds()).isTrue();
        }
    }

    @Test
    void noticesBlocksThatSomebodyElseChanged() throws Exception {
        WitnessLoad load = new WitnessLoad(30, 50, 1, 0, 0, 0);
        VmDefinition vm = guests.define(new VmId(UUID.randomUUID()), "guest", SIZE, load);
        guests.createImages(vm, SIZE, folder);
        try (var qemu = RunningQemu.boot(vm, folder, clock)) {
            ConsoleRecorder console = qemu.console();
            assertThat(console.awaitHeartbeat(200, LIMIT)).isTrue();
            assertThat(field(console.ask("status", "STATUS", LIMIT).text(), "err"))
                    .isZero();

            Path image = Guests.imageOf(vm, Guests.DATA, folder);
            assertThat(corrupt(image, block -> block.getLong(0) == 0x6b636f6c42777244L))
                    .isPositive();
            assertThat(console.awaitLine("ERR block", LIMIT)).isPresent();
            assertThat(field(console.ask("status", "STATUS", LIMIT).text(), "err"))
                    .isPositive();
        }
    }

    @Test
    void noticesPagesThatSomebodyElseChanged() throws Exception {
        WitnessLoad load = new WitnessLoad(30, 0, 1, 90, 4000, 0);
        VmDefinition vm = guests.define(new VmId(UUID.randomUUID()), "guest", SIZE, load);
        guests.createImages(vm, SIZE, folder);
        try (var qemu = RunningQemu.boot(vm, folder, clock)) {
            ConsoleRecorder console = qemu.console();
            assertThat(console.awaitLine("READY", LIMIT)).isPresent();
            assertThat(field(console.ask("status", "STATUS", LIMIT).text(), "err"))
                    .isZero();

            Path image = Guests.imageOf(vm, Guests.SWAP, folder);
            assertThat(corrupt(image, GuestIT::isPageOfTheWitness)).isPositive();
            assertThat(console.awaitLine("ERR page", LIMIT)).isPresent();
        }
    }

    /** Recomputes what shared.c computes, so that no page of the guest's own system is touched. */
    private static boolean isPageOfTheWitness(ByteBuffer page) {
        long number = page.getLong(0);
        long generation = page.getLong(8);
        long x = number * 0x9e3779b97f4a7c15L ^ (generation + 1) * 0xbf58476d1ce4e5b9L;
        return page.getLong(16) == (x ^ x >>> 29);
    }

    private interface BlockTest {
        boolean matches(ByteBuffer block);
    }

    /** Turns one bit in every block of 4 KiB that the test matches; returns how many there were. */
    private static int corrupt(Path image, BlockTest test) throws IOException {
        byte[] bytes = new byte[4096];
        ByteBuffer block = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int count = 0;
        try (var disk = new RandomAccessFile(image.toFile(), "rw")) {
            for (long at = 0; at < disk.length(); at += bytes.length) {
                disk.seek(at);
                disk.readFully(bytes);
                if (test.matches(block)) {
                    disk.seek(at + 2000);
                    disk.write(bytes[2000] ^ 1);
                    count++;
                }
            }
            disk.getFD().sync();
        }
        return count;
    }

    private static long field(String status, String name) {
        Matcher match = Pattern.compile(" " + name + "=(\\d+)").matcher(status);
        assertThat(match.find()).as("%s in '%s'", name, status).isTrue();
        return Long.parseLong(match.group(1));
    }

    private static String share(Duration used, Duration elapsed) {
        return "%.0f %%".formatted(100.0 * used.toMillis() / elapsed.toMillis());
    }
}
