package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.time.Clock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Whether guests really run with an accelerator. A device node proves nothing: on some hosts {@code /dev/kvm} opens and
 * the guest hangs in its firmware, or creeps through it and hangs later. So a guest of one sector boots through the
 * firmware and ends QEMU itself, and the time it takes is told.
 */
public record AcceleratorProbe(Path binary, Duration limit, Clock clock) {
    /** {@code cli; mov dx, 0xf4; mov al, 0x10; out dx, al; hlt; jmp $-1}: writes 0x10 to the isa-debug-exit device. */
    private static final byte[] PROGRAM = {
        (byte) 0xfa, (byte) 0xba, (byte) 0xf4, 0, (byte) 0xb0, 0x10, (byte) 0xee, (byte) 0xf4, (byte) 0xeb, (byte) 0xfd
    };
    /** isa-debug-exit ends QEMU with {@code value << 1 | 1}. */
    private static final int PROOF = 0x10 << 1 | 1;

    private static final int SECTOR_BYTES = 512;
    /** SeaBIOS does not read from a disk of less than a cylinder. */
    private static final int DISK_BYTES = 1 << 20;

    /** How long a guest takes to boot with this accelerator; empty when it does not within the limit. */
    public Optional<Duration> bootTime(String accelerator) throws IOException, InterruptedException {
        Path disk = Files.createTempFile("drover-probe", ".img");
        try {
            Files.write(disk, bootDisk());
            Duration begin = clock.elapsed();
            Process process = new ProcessBuilder(command(accelerator, disk))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return ends(process) ? Optional.of(clock.elapsed().minus(begin)) : Optional.empty();
        } finally {
            Files.delete(disk);
        }
    }

    private boolean ends(Process process) throws InterruptedException {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == PROOF;
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(String accelerator, Path disk) {
        return List.of(
                binary.toString(),
                "-nodefaults",
                "-no-user-config",
                "-no-reboot",
                "-display",
                "none",
                "-machine",
                "q35",
                "-accel",
                accelerator,
                "-m",
                "16",
                "-device",
                "isa-debug-exit,iobase=0xf4,iosize=1",
                "-blockdev",
                "driver=raw,node-name=boot,read-only=on,file.driver=file,file.filename="
                        + disk.toString().replace(",", ",,"),
                "-device",
                "virtio-blk-pci,drive=boot,bootindex=1");
    }

    private static byte[] bootDisk() {
        byte[] disk = Arrays.copyOf(PROGRAM, DISK_BYTES);
        disk[SECTOR_BYTES - 2] = 0x55;
        disk[SECTOR_BYTES - 1] = (byte) 0xaa;
        return disk;
    }
}
