package io.drover.demo;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.SchedulerStore.Decision;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import io.drover.schema.scheduler.SchedulerStore.MigrationDetail;
import io.drover.schema.scheduler.SchedulerStore.MigrationView;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** What the demo asks of the scheduler, as an operator's program would: over HTTP. */
public final class SchedulerApi {
    private final ApiClient client;

    public SchedulerApi(ApiClient client) {
        this.client = client;
    }

    public List<HostRow> hosts() throws IOException, InterruptedException {
        return list(get("/hosts"), HostRow.class);
    }

    public void define(VmDefinition definition, HostId host) throws IOException, InterruptedException {
        post("/vms", Map.of("definition", definition, "host", host));
    }

    public void start(String vm) throws IOException, InterruptedException {
        post("/vms/" + vm + "/start", Map.of());
    }

    public void stop(String vm) throws IOException, InterruptedException {
        post("/vms/" + vm + "/stop", Map.of());
    }

    public VmRecord vm(String name) throws IOException, InterruptedException {
        return one(get("/vms/" + name), VmRecord.class);
    }

    public List<MigrationView> migrations() throws IOException, InterruptedException {
        return list(get("/migrations"), MigrationView.class);
    }

    public MigrationDetail migration(MigrationId id) throws IOException, InterruptedException {
        return one(get("/migrations/" + id), MigrationDetail.class);
    }

    public MigrationId migrate(String vm, HostId destination, String algorithm, String reason)
            throws IOException, InterruptedException {
        return migrate(Map.of("vm", vm, "destination", destination, "algorithm", algorithm, "reason", reason));
    }

    /** With whatever fields {@code POST /migrations} takes. */
    public MigrationId migrate(Map<String, ?> request) throws IOException, InterruptedException {
        JsonNode accepted = post("/migrations", request);
        return MigrationId.parse(accepted.path("id").asString());
    }

    /** Asks the source to give up; it may be too late for that. */
    public void cancel(MigrationId id) throws IOException, InterruptedException {
        post("/migrations/" + id + "/cancel", Map.of());
    }

    public List<Decision> decisions() throws IOException, InterruptedException {
        return list(get("/decisions"), Decision.class);
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        try {
            return client.get(path);
        } catch (CommandException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        try {
            return client.post(path, body);
        } catch (CommandException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static <T> T one(JsonNode document, Class<T> type) throws IOException {
        try {
            return Documents.one(document, type);
        } catch (CommandException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static <T> List<T> list(JsonNode documents, Class<T> type) throws IOException {
        try {
            return Documents.list(documents, type);
        } catch (CommandException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
