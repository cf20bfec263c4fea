package io.drover.scheduler.control;

import io.drover.messages.HostId;
import io.drover.scheduler.cluster.Constraints;
import io.drover.scheduler.control.RefusedException.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether a VM's labels can be kept together with those of all others. */
final class VmLabelCheck {
    private final Set<HostId> hosts;
    private final List<Labelled> others;

    /** A VM by name, and what its labels say. */
    record Labelled(String name, Constraints constraints) {}

    VmLabelCheck(Set<HostId> hosts, List<Labelled> others) {
        this.hosts = hosts;
        this.others = others;
    }

    void check(Labelled vm) throws RefusedException {
        requireKnownHosts(vm);
        List<Labelled> together = together(vm);
        requireNoneApart(together);
        requireAHostForAll(together);
        requireRoomToBeApart(vm);
    }

    private void requireKnownHosts(Labelled vm) throws RefusedException {
        for (HostId host : vm.constraints().pinned()) {
            if (!hosts.contains(host)) {
                throw refused(Constraints.PIN, "no host " + host + " is known");
            }
        }
    }

    /** The VM and all that its affinity groups, and those of their members, tie to it. */
    private List<Labelled> together(Labelled vm) {
        var members = new ArrayList<>(List.of(vm));
        Set<String> groups = new HashSet<>(vm.constraints().affinity());
        var left = new ArrayList<>(others);
        boolean grown = true;
        while (grown) {
            List<Labelled> found = left.stream()
                    .filter(other -> other.constraints().affinity().stream().anyMatch(groups::contains))
                    .toList();
            found.forEach(other -> groups.addAll(other.constraints().affinity()));
            members.addAll(found);
            left.removeAll(found);
            grown = !found.isEmpty();
        }
        return members;
    }

    private static void requireNoneApart(List<Labelled> together) throws RefusedException {
        var seen = new HashMap<String, String>();
        for (Labelled member : together) {
            for (String group : member.constraints().antiAffinity()) {
                String before = seen.put(group, member.name());
                if (before != null) {
                    throw refused(
                            Constraints.ANTI_AFFINITY,
                            "group '" + group + "' keeps " + before + " and " + member.name() + " apart, "
                                    + Constraints.AFFINITY + " keeps them together");
                }
            }
        }
    }

    private static void requireAHostForAll(List<Labelled> together) throws RefusedException {
        List<Labelled> pinned = together.stream()
                .filter(member -> !member.constraints().pinned().isEmpty())
                .toList();
        if (pinned.isEmpty()) {
            return;
        }
        Set<HostId> left = new HashSet<>(pinned.getFirst().constraints().pinned());
        for (Labelled member : pinned) {
            left.retainAll(member.constraints().pinned());
            if (left.isEmpty()) {
                throw refused(
                        Constraints.PIN,
                        Constraints.AFFINITY + " keeps " + pinned.getFirst().name() + " and " + member.name()
                                + " together, and no host is left that both are pinned to");
            }
        }
    }

    private void requireRoomToBeApart(Labelled vm) throws RefusedException {
        Set<HostId> pinned = vm.constraints().pinned();
        for (Labelled other : others) {
            boolean apart = other.constraints().antiAffinity().stream()
                    .anyMatch(vm.constraints().antiAffinity()::contains);
            if (apart && pinned.size() == 1 && other.constraints().pinned().equals(pinned)) {
                throw refused(
                        Constraints.PIN,
                        vm.name() + " and " + other.name() + ", which " + Constraints.ANTI_AFFINITY
                                + " keeps apart, are both pinned to "
                                + pinned.iterator().next());
            }
        }
    }

    private static RefusedException refused(String label, String message) {
        return new RefusedException(Kind.INVALID, label, message);
    }
}
