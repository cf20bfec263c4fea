package io.drover.demo;

import io.drover.messages.HostId;
import io.drover.messages.amqp.QueueMode;
import io.drover.schema.HostRoles;
import io.drover.schema.SchemaMigrator;
import io.drover.testbed.postgres.TestPostgres;
import io.drover.testbed.rabbit.BrokerUser;
import io.drover.testbed.rabbit.TestRabbit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** PostgreSQL and RabbitMQ for a scheduler and the workers of some hosts, and the keys that all of them are given. */
public final class FleetServices {
    static final String DATABASE = "drover";
    private static final int PEER_PORT = 7101;

    private final DemoFolders folders;
    private final String password;
    private final TestPostgres postgres;
    private final TestRabbit rabbit;

    private FleetServices(DemoFolders folders, String password, TestPostgres postgres, TestRabbit rabbit) {
        this.folders = folders;
        this.password = password;
        this.postgres = postgres;
        this.rabbit = rabbit;
    }

    /** Starts both, with the database as the programs find it; {@code ending} learns what to stop. */
    public static FleetServices start(DemoFolders folders, List<HostId> hosts, String password, Teardown ending)
            throws IOException, InterruptedException {
        TestPostgres postgres = TestPostgres.start(folders.postgres());
        ending.add(postgres::close);
        TestRabbit rabbit = TestRabbit.start(folders.rabbit(), brokerUsers(hosts, password));
        ending.add(rabbit::close);
        postgres.createDatabase(DATABASE);
        var migrator =
                new SchemaMigrator(postgres.jdbcUrl(DATABASE), postgres.superuser(), postgres.superuserPassword());
        migrator.migrate();
        migrator.provisionScheduler(password);
        for (HostId host : hosts) {
            migrator.provisionHost(host, password);
        }
        return new FleetServices(folders, password, postgres, rabbit);
    }

    private static List<BrokerUser> brokerUsers(List<HostId> hosts, String password) {
        return Stream.concat(
                        Stream.of(BrokerUser.scheduler(password)),
                        hosts.stream().map(host -> BrokerUser.host(host, password)))
                .toList();
    }

    TestPostgres postgres() {
        return postgres;
    }

    /** A scheduler's, whose HTTP API is for this computer alone. */
    public Map<String, String> schedulerKeys(String name, int httpPort) {
        Map<String, String> keys = keys(SchemaMigrator.SCHEDULER_ROLE, BrokerUser.scheduler(password));
        keys.put("scheduler.name", name);
        keys.put("http.address", "127.0.0.1");
        keys.put("http.port", Integer.toString(httpPort));
        return keys;
    }

    /** A worker's; how its peers' connections are secured, and what its host can do, is for the caller to say. */
    public Map<String, String> workerKeys(HostId host, String address, Path bootFolder) {
        Map<String, String> keys = keys(HostRoles.roleName(host), BrokerUser.host(host, password));
        keys.put("host", host.value());
        keys.put("peer.address", address);
        keys.put("peer.port", Integer.toString(PEER_PORT));
        keys.put("monitoring.port", "0");
        keys.put("state.folder", folders.host(host).resolve("state").toString());
        keys.put("images.folder", folders.images(host).toString());
        keys.put("run.folder", folders.run(host).toString());
        keys.put("boot.folder", bootFolder.toString());
        return keys;
    }

    private Map<String, String> keys(String user, BrokerUser brokerUser) {
        var keys = new TreeMap<String, String>();
        keys.put("database.url", postgres.jdbcUrl(DATABASE));
        keys.put("database.user", user);
        keys.put("database.password", password);
        var broker = rabbit.config(QueueMode.QUORUM, brokerUser);
        keys.put("rabbit.host", broker.host());
        keys.put("rabbit.port", Integer.toString(broker.port()));
        keys.put("rabbit.user", broker.user());
        keys.put("rabbit.password", broker.password());
        return keys;
    }
}
