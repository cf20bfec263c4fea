package io.drover.schema.sql;

import io.drover.messages.DiskId;
import io.drover.messages.Failure;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.Verification;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.schema.record.InboxMessage;
import io.drover.schema.record.RejectedMessage;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.record.Trouble;
import io.drover.schema.record.VmRecord;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/** Records that both stores read and write. */
public final class Records {
    private static final TypeReference<Map<String, String>> TEXT_BY_TEXT = new TypeReference<>() {};
    private static final TypeReference<List<ImageName>> IMAGE_NAMES = new TypeReference<>() {};
    private static final int BODY_MAX_BYTES = 1 << 16;

    private Records() {}

    /**
     * Columns id, vm, source, destination, algorithm, disk_algorithms, deadline, task_reason, allow_pull, base_images
     * and verify.
     */
    public static MigrationTask task(Row row) throws SQLException {
        var diskAlgorithms = new TreeMap<DiskId, String>();
        DroverJson.mapper()
                .readValue(row.text("disk_algorithms"), TEXT_BY_TEXT)
                .forEach((disk, algorithm) -> diskAlgorithms.put(new DiskId(disk), algorithm));
        return new MigrationTask(
                new MigrationId(row.uuid("id")),
                new VmId(row.uuid("vm")),
                row.host("source"),
                row.host("destination"),
                row.text("algorithm"),
                diskAlgorithms,
                row.instantOrNull("deadline"),
                row.text("task_reason"),
                row.flag("allow_pull"),
                DroverJson.mapper().readValue(row.text("base_images"), IMAGE_NAMES),
                Verification.parse(row.text("verify")));
    }

    /** Columns definition, owner_host, epoch, power, wanted_power, trouble and trouble_since. */
    public static VmRecord vm(Row row) throws SQLException {
        return new VmRecord(
                row.json("definition", VmDefinition.class),
                row.host("owner_host"),
                row.whole("epoch"),
                power(row.text("power")),
                power(row.text("wanted_power")),
                trouble(row));
    }

    /** Columns trouble and trouble_since. */
    public static @Nullable Trouble trouble(Row row) throws SQLException {
        String reason = row.textOrNull("trouble");
        return reason == null ? null : new Trouble(reason, row.instant("trouble_since"));
    }

    public static String name(VmRecord.Power power) {
        return power.name().toLowerCase(Locale.ROOT);
    }

    public static SubmitResult submit(
            Connection connection, MigrationTask task, String requestedBy, @Nullable UUID decision)
            throws SQLException {
        String sql = """
                SELECT accepted, is_new, kind, field, message
                FROM drover_api.submit_migration(?::jsonb, ?, ?::uuid)
                """;
        return Query.of(connection, sql, DroverJson.mapper().writeValueAsString(task), requestedBy, decision)
                .single(row -> row.flag("accepted")
                        ? new SubmitResult.Submitted(task.id(), row.flag("is_new"))
                        : new SubmitResult.Refused(failure(row), row.text("field")));
    }

    /** All of them or none; the results are in the order of the tasks. */
    public static List<SubmitResult> submitTogether(
            Connection connection, List<MigrationTask> tasks, String requestedBy, @Nullable UUID decision)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        var results = new ArrayList<SubmitResult>();
        for (MigrationTask task : tasks) {
            SubmitResult result = submit(connection, task, requestedBy, decision);
            if (result instanceof SubmitResult.Refused refused) {
                connection.rollback(before);
                return tasks.stream()
                        .<SubmitResult>map(
                                other -> other.equals(task) ? refused : SubmitResult.Refused.with(task, refused))
                        .toList();
            }
            results.add(result);
        }
        connection.releaseSavepoint(before);
        return results;
    }

    public static boolean recordInbox(Connection connection, InboxMessage message) throws SQLException {
        return Query.of(
                        connection,
                        "SELECT drover_api.record_inbox(?, ?, ?) AS is_new",
                        message.messageId(),
                        message.method(),
                        storable(message.body()))
                .single(row -> row.flag("is_new"));
    }

    public static void recordRejected(Connection connection, RejectedMessage message) throws SQLException {
        String id = message.messageId();
        Query.of(
                        connection,
                        "SELECT drover_api.record_rejected(?, ?, ?, ?)",
                        storable(message.queue()),
                        id == null ? null : storable(id),
                        storable(message.reason()),
                        cut(storable(message.body())))
                .run();
    }

    private static VmRecord.Power power(String name) {
        return VmRecord.Power.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static Failure failure(Row row) throws SQLException {
        return new Failure(Failure.Kind.valueOf(row.text("kind").toUpperCase(Locale.ROOT)), row.text("message"));
    }

    /** PostgreSQL holds every character but NUL. */
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static String cut(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= BODY_MAX_BYTES) {
            return text;
        }
        int end = BODY_MAX_BYTES;
        // Not in the middle of a character: its later bytes begin with the bits 10.
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }
}
