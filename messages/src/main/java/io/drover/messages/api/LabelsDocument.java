package io.drover.messages.api;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.util.Map;

/** The labels of hosts and VMs, {@code GET /labels}; who has none is not in it. */
public record LabelsDocument(Map<HostId, Map<String, String>> hosts, Map<VmId, Map<String, String>> vms) {
    public Map<String, String> of(HostId host) {
        return hosts.getOrDefault(host, Map.of());
    }

    public Map<String, String> of(VmId vm) {
        return vms.getOrDefault(vm, Map.of());
    }
}
