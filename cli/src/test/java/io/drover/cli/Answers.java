package io.drover.cli;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import io.drover.messages.api.HostDocument;
import io.drover.messages.api.MigrationAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.TroubleDocument;
import io.drover.messages.api.VmDocument;
import io.drover.messages.api.VmDocument.Power;
import io.drover.messages.evidence.JournalledEvidence;
import io.drover.messages.evidence.PreparedDestination;
import io.drover.messages.json.DroverJson;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The API's answers, made of the records the scheduler makes them of. */
final class Answers {
    static final MigrationId MIGRATION = MigrationId.parse("0b7c6c0e-6d1f-4b0e-9f57-3a6f1c2f9d10");
    static final VmId VM = VmId.parse("7e1f0a52-1111-4222-8333-944455556666");
    private static final Instant BEGAN = CommandRun.NOW.minusSeconds(90);
    private static final long MIB = 1L << 20;
    private static final JournalledEvidence PREPARED =
            new JournalledEvidence(new PreparedDestination(Map.of(new ImageName("debian.qcow2"), 734_003_200L)), null);

    private Answers() {}

    static String json(Object document) {
        return DroverJson.mapper().writeValueAsString(document);
    }

    static List<HostDocument> hosts() {
        return List.of(
                new HostDocument(
                        new HostId("host1"),
                        "127.0.0.11:7101",
                        "QEMU 7.2.22",
                        1.5,
                        4096 * MIB,
                        100 * 1024 * MIB,
                        60 * 1024 * MIB,
                        125_000_000,
                        CommandRun.NOW.minusMillis(2300),
                        0,
                        0,
                        "RabbitMQ at db:5671 is away: ACCESS_REFUSED - access to queue 'drover_worker.host1' refused",
                        "0.1.0 (commit 2d7a953)",
                        null),
                new HostDocument(
                        new HostId("host2"),
                        "127.0.0.12:7101",
                        "QEMU 7.2.22",
                        2,
                        4096 * MIB,
                        100 * 1024 * MIB,
                        99 * 1024 * MIB,
                        125_000_000,
                        null,
                        256 * MIB,
                        1024 * MIB,
                        null,
                        null,
                        null));
    }

    static VmDocument vm(Power power, Power wanted) {
        return vm(power, wanted, null, CommandRun.NOW.minusSeconds(3));
    }

    static VmDocument vm(Power power, Power wanted, @Nullable String trouble, Instant ownerSeen) {
        var disks = List.of(
                new DiskDefinition(new DiskId("data"), DiskRole.DATA, "web1-data.img"),
                new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, "web1-swap.img"));
        return new VmDocument(
                new VmDefinition(VM, "web1", 1, 256 * MIB, "pc-q35-7.2", "qemu64", NetworkCards.plain(1), null, disks),
                new HostId("host1"),
                3,
                power,
                wanted,
                trouble == null ? null : new TroubleDocument(trouble, BEGAN),
                ownerSeen);
    }

    private static MigrationTask task() {
        return new MigrationTask(
                MIGRATION,
                VM,
                new HostId("host1"),
                new HostId("host2"),
                "pre-copy",
                Map.of(new DiskId("swap"), "stop-and-copy"),
                null,
                "an operator asked");
    }

    static MigrationSummary migration(MigrationState state, int round, long doneMib, long totalMib) {
        return migration(state, round, doneMib, totalMib, null);
    }

    static MigrationSummary migration(
            MigrationState state, int round, long doneMib, long totalMib, @Nullable String reason) {
        return migration(state, round, doneMib, totalMib, reason, null);
    }

    /** One that is tried again, since it began. */
    static MigrationSummary tried(MigrationState state, String trouble) {
        return migration(state, 3, 1500, 1500, null, new TroubleDocument(trouble, BEGAN));
    }

    private static MigrationSummary migration(
            MigrationState state,
            int round,
            long doneMib,
            long totalMib,
            @Nullable String reason,
            @Nullable TroubleDocument trouble) {
        boolean moving = totalMib > 0 && !state.terminal();
        return new MigrationSummary(
                task(),
                "web1",
                state,
                1,
                false,
                "copy-disks",
                round,
                doneMib * MIB,
                totalMib * MIB,
                moving ? 112.5 * MIB : 0,
                moving ? Duration.ofMillis(3400) : null,
                BEGAN,
                state.terminal() ? BEGAN.plusMillis(34_200) : null,
                null,
                reason,
                0,
                null,
                null,
                trouble);
    }

    static MigrationAnswer submitted() {
        return new MigrationAnswer(MIGRATION, task());
    }

    static MigrationDocument detail(MigrationSummary view) {
        return new MigrationDocument(
                view,
                List.of(
                        new Transition(null, MigrationState.QUEUED, BEGAN, 0, "scheduler", "an operator asked"),
                        new Transition(
                                MigrationState.QUEUED,
                                MigrationState.PREPARING,
                                BEGAN.plusMillis(120),
                                1,
                                "host1",
                                null)),
                List.of(
                        new Step(
                                PreparedDestination.STEP,
                                1,
                                BEGAN.plusMillis(130),
                                BEGAN.plusMillis(930),
                                null,
                                PREPARED.json()),
                        new Step("copy-disks", 1, BEGAN.plusMillis(940), null, null, null)),
                null);
    }

    static DecisionDocument decision() {
        return new DecisionDocument(
                DecisionId.parse("5d0a2f3c-89ab-4cde-8f01-23456789abcd"),
                CommandRun.NOW.minusSeconds(95),
                "fewest-bytes",
                "host1 is overloaded (cpu 1.42 of 1.50 cores in 4 of 5 samples): move web1 to host2, 640 MiB.",
                "snapshot",
                List.of(
                        new RefusedAlternative("costs_more", "web2", new HostId("host2"), "costs 1.2 GiB"),
                        new RefusedAlternative("stale_telemetry", null, new HostId("host3"), "stale telemetry")),
                List.of(MIGRATION),
                null);
    }
}
