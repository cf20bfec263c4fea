package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Whether the lines of a snapshot agree with each other: each host and VM once, each VM on a host. */
final class HostIndex {
    private final Set<HostId> hosts = new HashSet<>();
    private final Set<VmId> vms = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final Map<Integer, HostId> ownersByLine = new LinkedHashMap<>();

    Host take(Host host) {
        TextFields.require(hosts.add(host.id()), "id: host " + host.id() + " stands twice");
        return host;
    }

    Vm take(Vm vm, int line) {
        TextFields.require(vms.add(vm.id()), "id: VM " + vm.id() + " stands twice");
        TextFields.require(names.add(vm.name()), "name: VM " + vm.name() + " stands twice");
        ownersByLine.put(line, vm.owner());
        return vm;
    }

    /** At the end: the lines may come in any order. */
    void requireOwners() {
        ownersByLine.forEach((line, owner) ->
                TextFields.require(hosts.contains(owner), "line " + line + ": owner: there is no host " + owner));
    }
}
