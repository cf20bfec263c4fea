package io.drover.scheduler.control;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.cluster.Constraints;
import io.drover.scheduler.cluster.Windows;
import io.drover.scheduler.control.RefusedException.Kind;
import io.drover.schema.record.VmRecord;
import io.drover.schema.scheduler.Labels;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.HostRow;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What operators say about hosts and VMs. Labels that cannot be kept are refused when they are set, by the label
 * at fault; what was checked is what is stored, however many ask at once.
 */
public final class Labelling {
    /** Somebody else was quicker that often: that is no accident. */
    private static final int TRIES = 10;

    private static final Set<String> OF_MACHINES =
            Set.of(Constraints.AFFINITY, Constraints.ANTI_AFFINITY, Constraints.PIN, Constraints.SHUTDOWN_ORDER);

    private final SchedulerStore store;

    public Labelling(SchedulerStore store) {
        this.store = store;
    }

    /** Labels a host, and returns its labels afterwards. */
    public Map<String, String> host(HostId host, LabelChange change) throws RefusedException {
        change.check();
        return host(host, labels -> change.applied(labels));
    }

    /** Labels a VM, by id or name, and returns its labels afterwards. */
    public Map<String, String> vm(String idOrName, LabelChange change) throws RefusedException {
        change.check();
        for (int i = 0; i < TRIES; i++) {
            List<VmRecord> vms = store.vms();
            VmRecord vm = named(vms, idOrName);
            VmId id = vm.definition().id();
            Labels before = store.labels();
            Map<String, String> labels = change.applied(before.of(id));
            if (!change.isEmpty()) {
                check(vm, labels, vms, before);
            }
            if (change.isEmpty() || store.relabel(id, before, labels)) {
                return labels;
            }
        }
        throw contended("vm");
    }

    /**
     * Puts a host into maintenance: it takes no VM, and the balancer empties it, until it is taken out again.
     * Windows of maintenance that it has are kept.
     */
    public Map<String, String> drain(HostId host) throws RefusedException {
        return host(host, labels -> {
            Set<String> windows = windows(labels);
            windows.add(Windows.ALWAYS);
            return maintenance(windows).applied(labels);
        });
    }

    /** Takes a host out of maintenance, also where its worker put it there for a shutdown. */
    public Map<String, String> undrain(HostId host) throws RefusedException {
        return host(host, labels -> {
            Set<String> windows = windows(labels);
            windows.remove(Windows.ALWAYS);
            windows.remove(Windows.SHUTDOWN);
            return maintenance(windows).applied(labels);
        });
    }

    private static Set<String> windows(Map<String, String> labels) {
        String text = labels.getOrDefault(Constraints.MAINTENANCE, "");
        return Stream.of(text.split(",", -1))
                .filter(window -> !window.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static LabelChange maintenance(Set<String> windows) {
        return windows.isEmpty()
                ? new LabelChange(Map.of(), Set.of(Constraints.MAINTENANCE))
                : new LabelChange(Map.of(Constraints.MAINTENANCE, String.join(",", windows)), Set.of());
    }

    private interface Change {
        Map<String, String> of(Map<String, String> labels) throws RefusedException;
    }

    private Map<String, String> host(HostId host, Change change) throws RefusedException {
        if (!hosts().contains(host)) {
            throw new RefusedException(Kind.UNKNOWN, "host", "no host " + host + " is known");
        }
        for (int i = 0; i < TRIES; i++) {
            Map<String, String> before = store.labels().of(host);
            Map<String, String> labels = change.of(before);
            if (labels.equals(before)) {
                return labels;
            }
            checkHost(labels);
            if (store.relabel(host, before, labels)) {
                return labels;
            }
        }
        throw contended("host");
    }

    private static void checkHost(Map<String, String> labels) throws RefusedException {
        constraints(labels);
        for (String key : labels.keySet()) {
            if (OF_MACHINES.contains(key)) {
                throw new RefusedException(Kind.INVALID, key, "is for VMs, not for hosts");
            }
        }
    }

    private void check(VmRecord vm, Map<String, String> labels, List<VmRecord> vms, Labels before)
            throws RefusedException {
        var others = new ArrayList<VmLabelCheck.Labelled>();
        for (VmRecord other : vms) {
            if (!other.definition().id().equals(vm.definition().id())) {
                others.add(labelled(other, before.of(other.definition().id())));
            }
        }
        new VmLabelCheck(hosts(), others).check(labelled(vm, labels));
    }

    private static VmLabelCheck.Labelled labelled(VmRecord vm, Map<String, String> labels) throws RefusedException {
        return new VmLabelCheck.Labelled(vm.definition().name(), constraints(labels));
    }

    private static Constraints constraints(Map<String, String> labels) throws RefusedException {
        try {
            return Constraints.read(labels);
        } catch (IllegalArgumentException e) {
            // Begins with the label at fault.
            String[] parts = String.valueOf(e.getMessage()).split(": ", 2);
            throw new RefusedException(Kind.INVALID, parts[0], parts[parts.length - 1]);
        }
    }

    private Set<HostId> hosts() {
        return store.hosts().stream().map(HostRow::id).collect(Collectors.toUnmodifiableSet());
    }

    private static VmRecord named(List<VmRecord> vms, String idOrName) throws RefusedException {
        return vms.stream()
                .filter(vm -> vm.definition().name().equals(idOrName)
                        || vm.definition().id().toString().equals(idOrName))
                .findFirst()
                .orElseThrow(() -> new RefusedException(Kind.UNKNOWN, "vm", "no VM " + idOrName + " is known"));
    }

    private static RefusedException contended(String field) {
        return new RefusedException(Kind.CONFLICT, field, "others change these labels all the time: ask again");
    }
}
