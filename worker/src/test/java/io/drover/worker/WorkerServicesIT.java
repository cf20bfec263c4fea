package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.bus.Routing;
import io.drover.messages.command.CommandCodec;
import io.drover.messages.command.WorkerCommand;
import io.drover.messages.oslo.OsloCodec;
import io.drover.schema.FencedException;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import io.drover.testbed.MetricFamilies;
import io.drover.testbed.rabbit.BrokerUser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A worker whose services come, go and lie. */
final class WorkerServicesIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final HostId HOST1 = new HostId("host1");
    private static final HostId HOST2 = new HostId("host2");

    private static Fleet fleet;
    private static Worker worker;

    @BeforeAll
    static void start() throws Exception {
        fleet = new Fleet();
        fleet.prepare(HOST1);
        fleet.prepare(HOST2);
        worker = fleet.startWorker(HOST1, "127.0.0.11", Map.of("monitoring.period_s", "1"));
        fleet.startWorker(HOST2, "127.0.0.12");
    }

    @AfterAll
    static void stop() {
        fleet.close();
    }

    private static void publish(HostId host, String body) {
        String id = UUID.randomUUID().toString();
        await().atMost(LIMIT).until(() -> fleet.publisher().publish(Routing.EXCHANGE, Routing.worker(host), id, body));
    }

    private static void cast(HostId host, WorkerCommand command) {
        publish(
                host,
                OsloCodec.encode(CommandCodec.cast(command, UUID.randomUUID().toString())));
    }

    private static MigrationTask task(VmId vm, HostId source, HostId destination) {
        var id = new MigrationId(UUID.randomUUID());
        return new MigrationTask(id, vm, source, destination, "pre-copy", Map.of(), null, "a controller asked");
    }

    private static VmId define(String name) {
        var vm = new VmId(UUID.randomUUID());
        var disk = new DiskDefinition(new DiskId("data"), DiskRole.DATA, name + ".raw");
        var definition = new VmDefinition(
                vm, name, 1, 64L << 20, "pc-q35-7.2", "qemu64", NetworkCards.plain(0), null, List.of(disk));
        assertThat(fleet.store().defineVm(definition, HOST1)).isInstanceOf(SubmitVmResult.Defined.class);
        return vm;
    }

    private static void awaitRejected(String reason) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(fleet.query("SELECT reason FROM drover.rejected_message"))
                        .anyMatch(text -> text.contains(reason)));
    }

    @Test
    void tellsHowItIs() throws Exception {
        URI monitoring = URI.create(
                "http://127.0.0.1:" + worker.monitoringAddress().orElseThrow().getPort());
        try (var client = HttpClient.newHttpClient()) {
            HttpRequest health =
                    HttpRequest.newBuilder(monitoring.resolve("/health")).build();
            HttpRequest metrics =
                    HttpRequest.newBuilder(monitoring.resolve("/metrics")).build();
            await().atMost(LIMIT).untilAsserted(() -> {
                HttpResponse<String> answer = client.send(health, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(client.send(metrics, BodyHandlers.ofString()).body())
                        .contains("drover_queue_messages{queue=\"drover_worker.host1\"} ")
                        .contains("drover_worker_vms 0.0", "drover_database_connected 1.0")
                        .contains("drover_broker_connected 1.0", "drover_loops_healthy 1.0");
            });
            String told = client.send(metrics, BodyHandlers.ofString()).body();
            String common = MetricFamilies.common(told);
            String own = MetricFamilies.own(told);
            assertThat(MetricFamilies.inManual("Of every program", common)).isEqualTo(common);
            assertThat(MetricFamilies.inManual("Of a worker", own)).isEqualTo(own);

            fleet.postgres().interrupt();
            try {
                await().atMost(LIMIT).untilAsserted(() -> {
                    HttpResponse<String> answer = client.send(health, BodyHandlers.ofString());
                    assertThat(answer.statusCode()).isEqualTo(503);
                    assertThat(answer.body()).contains("\"database\":{\"status\":\"down\"");
                    assertThat(client.send(metrics, BodyHandlers.ofString()).body())
                            .contains("drover_database_connected 0.0");
                });
            } finally {
                fleet.postgres().resume();
            }
        }
    }

    @Test
    void whatIsNoMessageIsRefusedWithItsReason() {
        publish(HOST1, "{\"oslo.version\": \"2.0\", \"oslo.message\": \"not JSON\"}");
        awaitRejected("oslo.message: not JSON");
    }

    @Test
    void aWrongArgumentIsNamed() {
        var vm = new VmId(UUID.randomUUID());
        String good = OsloCodec.encode(CommandCodec.cast(new WorkerCommand.StartVm(vm), "start-1"));
        publish(HOST1, good.replace(vm.toString(), "web1"));
        awaitRejected("vm");
    }

    @Test
    void aVmThatNobodyKnowsIsRefused() {
        var vm = new VmId(UUID.randomUUID());
        cast(HOST1, new WorkerCommand.StartVm(vm));
        awaitRejected(vm + " is not owned by this host");
        cast(HOST1, new WorkerCommand.Migrate(task(vm, HOST1, HOST2)));
        awaitRejected("vm: ");
    }

    @Test
    void aControllersOwnTaskIsSubmitted() {
        MigrationTask task = task(define("direct1"), HOST1, HOST2);
        cast(HOST1, new WorkerCommand.Migrate(task));
        await().atMost(LIMIT).until(() -> fleet.store().migration(task.id()).isPresent());
        // Its VM does not run: the worker took it up and says so.
        await().atMost(LIMIT)
                .until(() -> fleet.detail(task.id()).migration().state().terminal());
        assertThat(fleet.detail(task.id()).migration().attempt()).isPositive();
    }

    @Test
    void aCancelOfSomebodyElsesMigrationIsRefused() {
        var id = new MigrationId(UUID.randomUUID());
        cast(HOST1, new WorkerCommand.Cancel(id));
        awaitRejected("host1 is not the source of migration " + id);
    }

    @Test
    void aTaskThatComesWhileTheDatabaseIsAwayIsNotLost() {
        MigrationTask task = task(define("held1"), HOST1, HOST2);
        fleet.postgres().interrupt();
        try {
            cast(HOST1, new WorkerCommand.Migrate(task));
        } finally {
            fleet.postgres().resume();
        }
        await().atMost(LIMIT).until(() -> fleet.store().migration(task.id()).isPresent());
    }

    @Test
    void aTaskThatComesAfterTheBrokersRestartArrives() throws Exception {
        MigrationTask task = task(define("restarted1"), HOST1, HOST2);
        fleet.rabbit().stopNode();
        fleet.rabbit().startNode();
        cast(HOST1, new WorkerCommand.Migrate(task));
        await().atMost(LIMIT).until(() -> fleet.store().migration(task.id()).isPresent());
    }

    /** Every hand that takes a right away and gives it back is rabbitmqctl's, which takes seconds. */
    @Test
    void aWorkerThatIsCutOffFromItsQueueSaysSoInTheListOfHosts() throws Exception {
        var cut = new HostId("cut");
        BrokerUser user = Fleet.brokerUser(cut);
        fleet.prepare(cut);
        fleet.startWorker(cut, "127.0.0.18");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(brokerTrouble(cut)).isNull());
        fleet.rabbit()
                .control(
                        "set_permissions", user.name(), user.configure(), user.write(), "^drover_(fleet|controllers)$");
        fleet.rabbit().control("close_all_user_connections", user.name(), "rights withdrawn");
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(brokerTrouble(cut))
                        .contains("ACCESS_REFUSED", "queue 'drover_worker.cut'", "user '" + user.name() + "'"));
        fleet.rabbit().control("set_permissions", user.name(), user.configure(), user.write(), user.read());
        await().atMost(LIMIT).untilAsserted(() -> assertThat(brokerTrouble(cut)).isNull());
        fleet.stopWorker(cut);
    }

    private static @Nullable String brokerTrouble(HostId host) {
        return fleet.store().hosts().stream()
                .filter(row -> row.id().equals(host))
                .findFirst()
                .orElseThrow()
                .brokerTrouble();
    }

    @Test
    void startsWhenTheDatabaseComes() throws Exception {
        var late = new HostId("late");
        fleet.prepare(late);
        fleet.postgres().interrupt();
        try (ExecutorService thread = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Worker> worker = CompletableFuture.supplyAsync(() -> startUnchecked(late), thread);
            assertThat(worker.isDone()).isFalse();
            fleet.postgres().resume();
            await().atMost(LIMIT).until(worker::isDone);
            assertThat(fleet.store().hosts()).extracting(HostRow::id).contains(late);
            fleet.stopWorker(late);
        }
    }

    private static Worker startUnchecked(HostId host) {
        try {
            return fleet.startWorker(host, "127.0.0.13");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSecondWorkerOfTheSameHostIsRefused() {
        assertThatThrownBy(() -> fleet.startWorker(HOST1, "127.0.0.14"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another worker runs with the state folder");
    }

    @Test
    @Tag("attack")
    @DisplayName("F1: a copy of a host's configuration with folders of its own is refused until a person takes the host"
            + " over")
    void aCopiedConfigurationIsRefused() throws Exception {
        var copied = new HostId("copied");
        fleet.prepare(copied);
        Path copy = Files.createDirectories(fleet.images(copied).resolveSibling("copy"));
        Map<String, String> folders = Map.of(
                "state.folder", copy.resolve("state").toString(),
                "images.folder", Files.createDirectories(copy.resolve("images")).toString(),
                "run.folder", copy.resolve("run").toString());
        try (Worker first = fleet.startWorker(copied, "127.0.0.16")) {
            assertThatThrownBy(() -> fleet.startWorker(copied, "127.0.0.17", folders))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("the worker at 127.0.0.16:0 on machine ")
                    .hasMessageContaining(fleet.state(copied) + " (inode ")
                    .hasMessageContaining(copy.resolve("state") + " (inode ")
                    .hasMessageContaining("drover host takeover copied");
            assertThat(fleet.endings()).isEmpty();
            assertThat(fleet.store().takeOver(copied, "test", "the copy is the host now"))
                    .isPresent();
            try (Worker second = fleet.startWorker(copied, "127.0.0.17", folders)) {
                await().atMost(LIMIT).until(() -> !fleet.endings().isEmpty());
                assertThat(fleet.endings()).first().isInstanceOf(FencedException.class);
                assertThat(second).isNotSameAs(first);
            }
        } finally {
            fleet.stopWorker(copied);
        }
    }

    @Test
    void aHostWithoutALoginIsToldSo() throws IOException {
        var stranger = new HostId("stranger");
        Files.createDirectories(fleet.images(stranger));
        assertThatThrownBy(() -> fleet.startWorker(stranger, "127.0.0.15"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PostgreSQL refuses the worker of stranger");
    }
}
