package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.schema.sql.Query;
import io.drover.schema.sql.Row;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Labels of hosts and VMs. */
final class LabelRows {
    private LabelRows() {}

    static Labels all(Connection connection) throws SQLException {
        List<Label<HostId>> hosts = Query.of(connection, "SELECT host, key, value FROM drover_api.host_labels")
                .list(row -> label(row.host("host"), row));
        List<Label<VmId>> vms = Query.of(connection, "SELECT vm, key, value FROM drover_api.vm_labels")
                .list(row -> label(new VmId(row.uuid("vm")), row));
        return new Labels(bySubject(hosts), bySubject(vms));
    }

    static boolean relabel(Connection connection, HostId host, Map<String, String> expected, Map<String, String> labels)
            throws SQLException {
        return Query.of(
                        connection,
                        "SELECT drover_api.relabel_host(?, ?::jsonb, ?::jsonb) AS done",
                        host,
                        json(expected),
                        json(labels))
                .single(row -> row.flag("done"));
    }

    static boolean relabel(Connection connection, VmId vm, Labels expected, Map<String, String> labels)
            throws SQLException {
        return Query.of(
                        connection,
                        "SELECT drover_api.relabel_vm(?, ?::jsonb, ?::jsonb) AS done",
                        vm.value(),
                        json(expected.vms()),
                        json(labels))
                .single(row -> row.flag("done"));
    }

    private static String json(Map<?, ?> map) {
        return DroverJson.mapper().writeValueAsString(map);
    }

    private static <S> Label<S> label(S subject, Row row) throws SQLException {
        return new Label<>(subject, row.text("key"), row.text("value"));
    }

    private static <S> Map<S, Map<String, String>> bySubject(List<Label<S>> labels) {
        var bySubject = new HashMap<S, Map<String, String>>();
        for (Label<S> label : labels) {
            bySubject
                    .computeIfAbsent(label.subject(), subject -> new TreeMap<>())
                    .put(label.key(), label.value());
        }
        return bySubject;
    }

    private record Label<S>(S subject, String key, String value) {}
}
