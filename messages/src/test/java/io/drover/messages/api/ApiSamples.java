package io.drover.messages.api;

import io.drover.messages.DecisionId;
import io.drover.messages.DiskId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationState;
import io.drover.messages.Samples;
import io.drover.messages.Verification;
import io.drover.messages.api.DecisionDocument.RefusedAlternative;
import io.drover.messages.api.LoadHistoryDocument.HostHistory;
import io.drover.messages.api.LoadHistoryDocument.VmHistory;
import io.drover.messages.api.MigrationDocument.Overridden;
import io.drover.messages.api.MigrationDocument.Step;
import io.drover.messages.api.MigrationDocument.Transition;
import io.drover.messages.api.PlanDocument.PlannedMove;
import io.drover.messages.api.VmDocument.Power;
import io.drover.messages.api.request.DefineVmRequest;
import io.drover.messages.api.request.LabelsRequest;
import io.drover.messages.api.request.LinkLimitRequest;
import io.drover.messages.api.request.MigrationRequest;
import io.drover.messages.api.request.ModeRequest;
import io.drover.messages.api.request.TakeoverRequest;
import io.drover.messages.api.request.TokenRequest;
import io.drover.messages.command.Force;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One document of each kind with every optional part filled, and no value twice where they could be mistaken. */
final class ApiSamples {
    private static final DecisionId DECISION = DecisionId.parse("5d0a2f3c-89ab-4cde-8f01-23456789abcd");
    private static final Instant AT = Samples.AT;
    private static final Map<String, String> VM_LABELS = Map.of("drover.pin", "host1,host2.example.org");
    private static final Map<String, String> HOST_LABELS = Map.of("drover.maintenance", "always");

    private ApiSamples() {}

    private static Instant after(int seconds) {
        return AT.plusSeconds(seconds);
    }

    /** What the scheduler answers. */
    static List<Record> answers() {
        return Stream.of(fleet(), migrations(), balancer(), scheduler())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Record> fleet() {
        return List.of(
                new HostDocument(
                        Samples.SOURCE,
                        "192.0.2.1:7101",
                        "QEMU 7.2.22",
                        4,
                        8L << 30,
                        100L << 30,
                        60L << 30,
                        125_000_000,
                        AT,
                        1L << 30,
                        2L << 30,
                        "RabbitMQ at db:5671 is away: ACCESS_REFUSED",
                        "0.1.0 (commit 2d7a953)",
                        new HostDocument.Session("4c4c4544", "b1a9", "/var/lib/drover", after(1))),
                new LinkLimitDocument(Samples.SOURCE, 125_000_000, 25_000_000L),
                new VmDocument(
                        Samples.definition(),
                        Samples.SOURCE,
                        3,
                        Power.IO_ERROR,
                        Power.RUNNING,
                        new TroubleDocument("disk data: image web-1-data.raw is read-only", after(1)),
                        after(2)),
                new TroubleDocument("an image is locked", after(4)),
                new LabelsDocument(Map.of(Samples.SOURCE, HOST_LABELS), Map.of(Samples.VM, VM_LABELS)),
                new LabelsAnswer(VM_LABELS),
                new TakeoverAnswer(Samples.SOURCE, "the worker at 192.0.2.1:7101"),
                new LoadHistoryDocument(
                        AT,
                        300,
                        2,
                        List.of(new HostHistory(Samples.SOURCE, List.of(150, 0))),
                        List.of(new VmHistory(Samples.VM, "web-1", 2, Samples.SOURCE, Arrays.asList(0.5, null)))));
    }

    private static List<Record> migrations() {
        return List.of(
                migration(),
                new MigrationDocument(
                        migration(),
                        List.of(new Transition(
                                MigrationState.QUEUED, MigrationState.PREPARING, AT, 1, "host1", "claimed")),
                        List.of(new Step(
                                "copy-disks", 1, AT, after(1), after(2), "{\"wire_bytes\":{\"data\":1048576}}")),
                        new Overridden("http", "new mainboard", List.of("host2.example.org is in maintenance"))),
                new MigrationAnswer(Samples.MIGRATION, Samples.task()),
                new CancelAnswer("requested"));
    }

    private static List<Record> balancer() {
        return List.of(
                new DecisionDocument(
                        DECISION,
                        AT,
                        "drover",
                        "host1 is overloaded: move web-1 to host2.example.org, 640 MiB.",
                        "drover-snapshot 1\n",
                        List.of(new RefusedAlternative("no_cpu_room", "web-2", Samples.DESTINATION, "3.9 of 4 cores")),
                        List.of(Samples.MIGRATION),
                        "{\"findings\":{}}"),
                new PlanDocument(
                        DECISION,
                        AT,
                        "host1 is overloaded: move web-1 to host2.example.org, 640 MiB.",
                        PlanDocument.State.REJECTED,
                        List.of(new PlannedMove(
                                Samples.VM, "web-1", Samples.SOURCE, Samples.DESTINATION, 640L << 20, "relief")),
                        after(1),
                        "anna",
                        after(2)),
                new BalancerDocument("recommend", "automatic", "http", AT));
    }

    private static List<Record> scheduler() {
        return List.of(
                new HealthDocument(
                        "down",
                        "0.1.0 (commit 2d7a953)",
                        AT,
                        new HealthDocument.Part("up", null),
                        new HealthDocument.Part("up", null),
                        new HealthDocument.Part("down", "RabbitMQ takes no messages: low on memory")),
                new ErrorDocument("invalid", "destination", "'H 2' is not a host's name"),
                token(),
                new TokenAnswer(token(), "drover_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"));
    }

    private static TokenDocument token() {
        return new TokenDocument("prometheus", "read", AT, "anna", after(3600));
    }

    private static MigrationSummary migration() {
        return new MigrationSummary(
                Samples.task(),
                "web-1",
                MigrationState.ROLLING_BACK,
                2,
                true,
                "copy-disks",
                3,
                900L << 20,
                1200L << 20,
                1.25e7,
                Duration.ofMillis(3400),
                AT,
                after(1),
                after(2),
                "the link broke",
                4e5,
                Duration.ofSeconds(90),
                DECISION,
                new TroubleDocument("retire-source: permission denied", after(3)));
    }

    /** What the scheduler is sent. */
    static List<Record> requests() {
        return List.of(
                new DefineVmRequest(Samples.definition(), Samples.SOURCE),
                new MigrationRequest(
                        "web-1",
                        Samples.DESTINATION,
                        "pre-copy",
                        Map.of(new DiskId("swap"), "stop-and-copy"),
                        "maintenance",
                        true,
                        List.of(new ImageName("debian-12.raw")),
                        Verification.FULL,
                        new Force("new mainboard")),
                new LinkLimitRequest(25_000_000L),
                new LabelsRequest(VM_LABELS, List.of("team")),
                new TakeoverRequest("new mainboard", "anna"),
                new ModeRequest("recommend"),
                new TokenRequest("prometheus", "read", after(3600)));
    }
}
