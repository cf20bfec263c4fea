package io.drover.messages;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One value of each kind with every optional part filled. */
public final class Samples {
    public static final VmId VM = VmId.parse("5b0c1b2e-6c1f-4d0f-9d4a-0a4f5f6f7f80");
    public static final MigrationId MIGRATION = MigrationId.parse("0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f50");
    public static final HostId SOURCE = new HostId("host1");
    public static final HostId DESTINATION = new HostId("host2.example.org");
    public static final Instant AT = Instant.parse("2026-11-22T15:52:15.549057Z");

    private Samples() {}

    public static MigrationTask task() {
        return new MigrationTask(
                MIGRATION,
                VM,
                SOURCE,
                DESTINATION,
                "pre-copy",
                Map.of(new DiskId("swap"), "stop-and-copy", new DiskId("data"), "pre-copy"),
                AT,
                "host1 is above 80 % of its processors",
                true,
                List.of(new ImageName("debian-12.raw")),
                Verification.FULL);
    }

    public static MigrationTask taskWithoutDeadline() {
        return new MigrationTask(MIGRATION, VM, SOURCE, DESTINATION, "pre-copy", Map.of(), null, "asked for");
    }

    public static VmDefinition definition() {
        return new VmDefinition(
                VM,
                "web-1",
                2,
                256L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                new DirectBoot("/boot/vmlinuz", "/boot/initrd", "console=ttyS0"),
                List.of(
                        new DiskDefinition(new DiskId("data"), DiskRole.DATA, "web-1-data.raw"),
                        new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, "web-1-swap.raw")));
    }

    public static HostReport report() {
        return new HostReport(
                SOURCE,
                AT,
                2.0,
                new HostReport.HostCapacity(4.0, 8L << 30, 100L << 30, 125_000_000L),
                new HostReport.HostLoad(3.5, 4L << 30, 1e6, 2e6, 60L << 30, 0.25, 0.0),
                List.of(new HostReport.VmLoad(VM, 1.5, 300L << 20, 1e6, 2e6, 3e5, 4e5, 700L << 20, 64L << 20, 5e5)),
                List.of(new HostReport.RetiredCopy(MIGRATION, 900L << 20)));
    }
}
