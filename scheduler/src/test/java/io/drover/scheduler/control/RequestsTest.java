package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.BackingImage;
import io.drover.messages.DecisionId;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.Failure;
import io.drover.messages.HostId;
import io.drover.messages.ImageFormat;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.scheduler.fakes.FakeFleet;
import io.drover.schema.memory.VmRow;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.CancelResult;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestsTest {
    private final Core core = new Core();

    @BeforeEach
    void measured() {
        FakeFleet.overload(core.store, core.clock.now(), 4);
    }

    @Test
    void submitsWhatWasAskedFor() throws RefusedException {
        var request = new MigrateRequest(
                id(1),
                "web-2",
                FakeFleet.H3,
                "stop-and-copy",
                Map.of(new DiskId("swap"), "pre-copy"),
                null,
                "maintenance",
                false,
                List.of(new ImageName("debian-12.raw")),
                "anna");

        MigrationTask task = core.requests.migrate(request);

        assertThat(core.task(id(1))).isEqualTo(task);
        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_2);
        assertThat(task.algorithmFor(new DiskId("swap"))).isEqualTo("pre-copy");
        assertThat(task.algorithmFor(new DiskId("data"))).isEqualTo("stop-and-copy");
        assertThat(task.reason()).isEqualTo("maintenance");
        assertThat(core.requester(id(1))).isEqualTo("anna");
    }

    @Test
    void choosesADestinationWhereNoneIsNamed() throws RefusedException {
        MigrationTask task = core.requests.migrate(request(id(1), FakeFleet.WEB_1.toString(), null));

        assertThat(task.destination()).isEqualTo(FakeFleet.H2);
        assertThat(task.reason()).isEqualTo("requested by anna");
        assertThat(core.decisions()).hasSize(1);
        assertThat(core.decisions().getFirst().moves()).containsExactly(id(1));
        assertThat(core.decisions().getFirst().sentence())
                .startsWith("moving web-1 (2.3 GiB) from h1 to h2 as requested; h3 was refused: ");
    }

    @Test
    void theSameRequestIsTheSameMigration() throws RefusedException {
        MigrationTask first = core.requests.migrate(request(id(1), "web-2", null));

        assertThat(core.requests.migrate(request(id(1), "web-2", null))).isEqualTo(first);
        assertThat(core.migrations()).hasSize(1);
        refused(Kind.CONFLICT, "id", () -> core.requests.migrate(request(id(1), "web-1", null)));
        refused(Kind.CONFLICT, "id", () -> core.requests.migrate(request(id(1), "web-2", FakeFleet.H3)));
    }

    @Test
    void refusesByName() {
        refused(Kind.UNKNOWN, "vm", () -> core.requests.migrate(request(id(1), "web-9", null)));
        refused(Kind.UNKNOWN, "destination", () -> core.requests.migrate(request(id(1), "web-2", new HostId("h9"))));
        refused(Kind.UNFIT, "destination", () -> core.requests.migrate(request(id(1), "web-2", FakeFleet.H1)));
        refused(
                Kind.INVALID,
                "algorithm",
                () -> core.requests.migrate(new MigrateRequest(
                        id(1), "web-2", null, "Pre Copy", Map.of(), null, null, false, List.of(), "anna")));
        assertThat(core.migrations()).isEmpty();
    }

    @Test
    void refusesAVmThatDoesNotRunOrIsBeingMoved() throws RefusedException {
        stop(FakeFleet.WEB_1);
        refused(Kind.CONFLICT, "vm", () -> core.requests.migrate(request(id(1), "web-1", null)));

        var ignored = core.requests.migrate(request(id(2), "web-2", FakeFleet.H2));
        refused(Kind.CONFLICT, "vm", () -> core.requests.migrate(request(id(3), "web-2", FakeFleet.H3)));
    }

    @Test
    void movesAVmThatIsStoppedToWhereItIsTold() throws RefusedException {
        stop(FakeFleet.WEB_1);

        MigrationTask task = core.requests.migrate(request(id(1), "web-1", FakeFleet.H2));

        assertThat(task.vm()).isEqualTo(FakeFleet.WEB_1);
        assertThat(core.task(id(1))).isEqualTo(task);
    }

    @Test
    void saysWhyNoHostTakesIt() {
        core.clock.advance(Duration.ofHours(1));

        refused(Kind.UNFIT, "destination", () -> core.requests.migrate(request(id(1), "web-2", null)))
                .withMessageContaining("no host takes web-2; h2 was refused: no sample");
    }

    @Test
    void passesTheDatabasesRefusalOn() {
        core.line.refuseSubmissions = new Failure(Failure.Kind.HOST, "h2 has no memory left");

        refused(Kind.UNFIT, "destination", () -> core.requests.migrate(request(id(1), "web-2", FakeFleet.H2)))
                .withMessage("h2 has no memory left");
    }

    @Test
    void drainsAHostOnce() throws RefusedException {
        var id = new DecisionId(new UUID(4, 4));

        Decision decision = core.requests.drain(FakeFleet.H1, id, "anna");
        Decision again = core.requests.drain(FakeFleet.H1, id, "anna");

        assertThat(again).isEqualTo(decision);
        assertThat(decision.sentence()).startsWith("draining h1: moving web-1");
        assertThat(core.migrations())
                .extracting(view -> view.task().vm())
                .containsExactlyInAnyOrder(FakeFleet.WEB_1, FakeFleet.WEB_2);
        refused(Kind.UNKNOWN, "host", () -> core.requests.drain(new HostId("h9"), id, "anna"));
    }

    @Test
    void rebalancesOnRequestAndStoresTheAnswerEachTime() {
        core.clock.advance(Duration.ofHours(1));

        core.requests.rebalance(new DecisionId(new UUID(4, 1)), "anna");
        Decision second = core.requests.rebalance(new DecisionId(new UUID(4, 2)), "anna");

        assertThat(core.decisions()).hasSize(2);
        assertThat(core.requests.rebalance(second.id(), "anna")).isEqualTo(second);
    }

    @Test
    void cancelsInEveryState() throws RefusedException {
        MigrationTask task = core.requests.migrate(request(id(1), "web-2", null));
        assertThat(core.requests.cancel(id(1), "anna")).isEqualTo(CancelResult.CANCELLED);

        FakeFleet.put(core.database, task, MigrationState.REPLICATING, core.clock.now(), null);
        assertThat(core.requests.cancel(id(1), "anna")).isEqualTo(CancelResult.REQUESTED);

        FakeFleet.put(core.database, task, MigrationState.RESUMING, core.clock.now(), null);
        refused(Kind.TOO_LATE, "id", () -> core.requests.cancel(id(1), "anna"));
        refused(Kind.UNKNOWN, "id", () -> core.requests.cancel(id(9), "anna"));
        refused(Kind.UNKNOWN, "id", () -> core.requests.migration(id(9)));
    }

    @Test
    void noImageIsTakenForRawThatIsNotAndNoDiskIsAnothersBase() throws RefusedException {
        refused(
                Kind.INVALID,
                "definition.disks.format",
                () -> core.requests.define(
                        with(new DiskDefinition(new DiskId("data"), DiskRole.DATA, "a.qcow2")), FakeFleet.H2));
        String used =
                core.store.vms().getFirst().definition().disks().getFirst().image();
        refused(Kind.CONFLICT, "disks", () -> core.requests.define(with(over(used)), FakeFleet.H2));
        assertThat(core.requests.define(with(over("debian.raw")), FakeFleet.H2).owner())
                .isEqualTo(FakeFleet.H2);
    }

    @ParameterizedTest
    @Tag("attack")
    @DisplayName("F6: a name that Drover gives to files of its own is refused for an image and for a base")
    @ValueSource(
            strings = {
                "x.raw.incoming-11111111-1111-1111-1111-111111111111",
                "x.raw.pulling-11111111-1111-1111-1111-111111111111",
                "x.raw.retired-11111111-1111-1111-1111-111111111111",
                "x.receiving-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void refusesDroversOwnNames(String name) {
        var disk = new DiskDefinition(new DiskId("data"), DiskRole.DATA, name);
        refused(Kind.INVALID, "definition.disks.image", () -> core.requests.define(with(disk), FakeFleet.H2));
        refused(
                Kind.INVALID,
                "definition.disks.base.image",
                () -> core.requests.define(with(over(name)), FakeFleet.H2));
    }

    private static DiskDefinition over(String base) {
        return new DiskDefinition(
                new DiskId("data"),
                DiskRole.DATA,
                "a.qcow2",
                ImageFormat.QCOW2,
                new BackingImage(new ImageName(base), null));
    }

    private static VmDefinition with(DiskDefinition disk) {
        return new VmDefinition(
                new VmId(new UUID(9, 9)),
                "layered",
                1,
                64L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(0),
                null,
                List.of(disk));
    }

    @Test
    void definesStartsAndStopsVms() throws RefusedException {
        var definition = FakeFleet.definition(new VmId(new UUID(0, 9)), "new");

        assertThat(core.requests.define(definition, FakeFleet.H2).owner()).isEqualTo(FakeFleet.H2);
        assertThat(core.requests.power("new", VmRecord.Power.RUNNING).wantedPower())
                .isEqualTo(VmRecord.Power.RUNNING);
        refused(Kind.CONFLICT, "id", () -> core.requests.define(definition, FakeFleet.H2));
        var namesake = FakeFleet.definition(new VmId(new UUID(0, 10)), "new");
        refused(Kind.CONFLICT, "name", () -> core.requests.define(namesake, FakeFleet.H2));
        refused(Kind.UNKNOWN, "host", () -> core.requests.define(definition, new HostId("h9")));
        refused(Kind.UNKNOWN, "vm", () -> core.requests.power("none", VmRecord.Power.STOPPED));
    }

    private void stop(VmId id) {
        VmRow row = Objects.requireNonNull(core.database.vms().get(id));
        row.power = VmRecord.Power.STOPPED;
        row.wanted = VmRecord.Power.STOPPED;
    }

    private static MigrateRequest request(MigrationId id, String vm, @Nullable HostId destination) {
        return new MigrateRequest(id, vm, destination, null, Map.of(), null, null, false, List.of(), "anna");
    }

    private static MigrationId id(int number) {
        return new MigrationId(new UUID(5, number));
    }

    private static ThrowableAssertAlternative<RefusedException> refused(
            Kind kind, String field, ThrowingCallable call) {
        return assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }
}
