package io.drover.scheduler.balancing.leastbytes;

import io.drover.scheduler.cluster.Vm;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * The sets of VMs in the order of the bytes their move costs, cheapest first, each once. From a set whose dearest
 * member is number i follow two: with number i + 1 added, and with it in the place of i; neither is cheaper, so a heap
 * yields them in order without ever holding them all.
 */
final class CheapestSubsets implements Iterator<List<Vm>> {
    private final List<Vm> byBytes;
    private final PriorityQueue<Set> next = new PriorityQueue<>(Comparator.comparingLong(Set::bytes)
            .thenComparingInt(set -> set.members().size()));

    CheapestSubsets(List<Vm> vms) {
        byBytes = vms.stream()
                .sorted(Comparator.comparingLong(Vm::moveBytes).thenComparing(Vm::name))
                .toList();
        if (!byBytes.isEmpty()) {
            next.add(new Set(List.of(0), byBytes.getFirst().moveBytes()));
        }
    }

    @Override
    public boolean hasNext() {
        return !next.isEmpty();
    }

    @Override
    public List<Vm> next() {
        Set set = next.poll();
        if (set == null) {
            throw new NoSuchElementException();
        }
        int dearest = set.members().getLast();
        if (dearest + 1 < byBytes.size()) {
            long added = byBytes.get(dearest + 1).moveBytes();
            List<Integer> others = set.members().subList(0, set.members().size() - 1);
            next.add(new Set(append(set.members(), dearest + 1), set.bytes() + added));
            next.add(new Set(
                    append(others, dearest + 1),
                    set.bytes() + added - byBytes.get(dearest).moveBytes()));
        }
        return set.members().stream().map(byBytes::get).toList();
    }

    private static List<Integer> append(List<Integer> members, int one) {
        return Stream.concat(members.stream(), Stream.of(one)).toList();
    }

    /** Indices in ascending order. */
    private record Set(List<Integer> members, long bytes) {}
}
