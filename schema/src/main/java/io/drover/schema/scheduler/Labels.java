package io.drover.schema.scheduler;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What operators say about hosts and VMs, by key; of whom nothing is said is not in it. */
public record Labels(Map<HostId, Map<String, String>> hosts, Map<VmId, Map<String, String>> vms) {
    public static final Labels NONE = new Labels(Map.of(), Map.of());

    public Labels {
        hosts = sorted(hosts);
        vms = sorted(vms);
    }

    public Map<String, String> of(HostId host) {
        return hosts.getOrDefault(host, Map.of());
    }

    public Map<String, String> of(VmId vm) {
        return vms.getOrDefault(vm, Map.of());
    }

    private static <K> Map<K, Map<String, String>> sorted(Map<K, Map<String, String>> labels) {
        return labels.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, entry -> Collections.unmodifiableMap(new TreeMap<>(entry.getValue()))));
    }
}
