package io.drover.demo;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.api.DecisionDocument;
import io.drover.messages.api.HostDocument;
import io.drover.messages.api.MigrationAnswer;
import io.drover.messages.api.MigrationDocument;
import io.drover.messages.api.MigrationSummary;
import io.drover.messages.api.VmDocument;
import io.drover.messages.api.request.DefineVmRequest;
import io.drover.messages.api.request.MigrationRequest;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the demo asks of the scheduler, as an operator's program would: over HTTP. */
public final class SchedulerApi {
    private final ApiClient client;

    public SchedulerApi(ApiClient client) {
        this.client = client;
    }

    public List<HostDocument> hosts() throws IOException, InterruptedException {
        return list(get("/hosts"), HostDocument.class);
    }

    public void define(VmDefinition definition, HostId host) throws IOException, InterruptedException {
        post("/vms", new DefineVmRequest(definition, host));
    }

    public void start(String vm) throws IOException, InterruptedException {
        post("/vms/" + vm + "/start", Map.of());
    }

    public void stop(String vm) throws IOException, InterruptedException {
        post("/vms/" + vm + "/stop", Map.of());
    }

    public VmDocument vm(String name) throws IOException, InterruptedException {
        return one(get("/vms/" + name), VmDocument.class);
    }

    public List<MigrationSummary> migrations() throws IOException, InterruptedException {
        return list(get("/migrations"), MigrationSummary.class);
    }

    public MigrationDocument migration(MigrationId id) throws IOException, InterruptedException {
        return one(get("/migrations/" + id), MigrationDocument.class);
    }

    /** {@code algorithm} is null for the scheduler's own. */
    public MigrationId migrate(String vm, HostId destination, @Nullable String algorithm, String reason)
            throws IOException, InterruptedException {
        return migrate(new MigrationRequest(vm, destination, algorithm, null, reason, null, null, null, null));
    }

    public MigrationId migrate(MigrationRequest request) throws IOException, InterruptedException {
        return one(post("/migrations", request), MigrationAnswer.class).id();
    }

    /** Asks the source to give up; it may be too late for that. */
    public void cancel(MigrationId id) throws IOException, InterruptedException {
        post("/migrations/" + id + "/cancel", Map.of());
    }

    public List<DecisionDocument> decisions() throws IOException, InterruptedException {
        return list(get("/decisions"), DecisionDocument.class);
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
