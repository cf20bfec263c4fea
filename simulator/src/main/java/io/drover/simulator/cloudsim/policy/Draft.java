package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimHost;
import io.drover.simulator.cloudsim.fleet.HostType;
import io.drover.simulator.cloudsim.fleet.RequestTable;
import io.drover.simulator.cloudsim.fleet.Shares;
import io.drover.simulator.cloudsim.fleet.Shares.Phase;
import io.drover.simulator.cloudsim.fleet.Vms;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A placement in the making: copied from the fleet, changed by a policy and thrown away. */
final class Draft {
    private static final int NONE = -1;
    private final Vms vms;
    private final Entry[] entries;

    Draft(CloudsimFleet fleet) {
        vms = fleet.vms();
        entries = new Entry[fleet.hostCount()];
        Arrays.setAll(entries, id -> new Entry(fleet.host(id)));
    }

    int count(int host) {
        return entries[host].count;
    }

    int vm(int host, int position) {
        return entries[host].vm[position];
    }

    /** MIPS given to its VMs. */
    double allocatedMips(int host) {
        return entries[host].allocatedMips;
    }

    /** Whether the host has as many MIPS left as the VM asks for, and processors fast enough. */
    boolean suits(int host, int vm) {
        double requested = vms.requestedMips(vm);
        return entries[host].type.processorMips() >= requested && entries[host].availableMips >= requested;
    }

    /** Power in watts with a VM more, by what the others are given now; without bound where that is too much. */
    double wattsWith(int host, int vm) {
        Entry entry = entries[host];
        double utilisation = (entry.allocatedMips + vms.requestedMips(vm)) / entry.type.totalMips();
        return utilisation > 1 ? Double.POSITIVE_INFINITY : entry.type.power().watts(utilisation);
    }

    /** The host as an over-load test sees it. */
    HostLoad load(int host) {
        return new Load(entries[host], NONE);
    }

    /** The same with a VM more. */
    HostLoad loadWith(int host, int vm) {
        return new Load(entries[host], vm);
    }

    /** Puts a VM on a host, beside where it is otherwise. */
    void add(int host, int vm) {
        entries[host].add(vm);
    }

    void remove(int host, int vm) {
        entries[host].remove(vm);
    }

    /**
     * Notes that a VM is put on a host and taken off again, as CloudSim does to test it: the host counts its
     * requests anew.
     */
    void tryOut(int host) {
        entries[host].tryOut();
    }

    private final class Entry {
        private final HostType type;
        private final RequestTable table;
        private int[] vm;
        private int count;
        private double allocatedMips;
        private double availableMips;
        private double requestedMips;
        private boolean recounted;
        private double @Nullable [] history;

        Entry(CloudsimHost host) {
            type = host.type();
            table = host.table();
            count = host.count();
            vm = new int[count + 2];
            for (int i = 0; i < count; i++) {
                vm[i] = host.vm(i);
            }
            sumRequests();
            divide(host.counted() ? arrivals() : table.order(vm, count));
        }

        private int[] arrivals() {
            return IntStream.range(0, count).toArray();
        }

        void add(int newVm) {
            vm = count == vm.length ? Arrays.copyOf(vm, 2 * count) : vm;
            vm[count] = newVm;
            count++;
            table.hold(count);
            sumRequests();
            double mips = Math.min(request(newVm), type.processorMips());
            if (availableMips >= mips) {
                availableMips -= mips;
                allocatedMips += mips;
                recounted = false;
            } else {
                divide(table.order(vm, count));
            }
        }

        void remove(int goneVm) {
            int position = 0;
            while (vm[position] != goneVm) {
                position++;
            }
            count--;
            System.arraycopy(vm, position + 1, vm, position, count - position);
            sumRequests();
            recount();
        }

        void tryOut() {
            table.hold(count + 1);
            if (!recounted) {
                recount();
            }
        }

        private void recount() {
            divide(table.order(vm, count));
            recounted = true;
        }

        private void sumRequests() {
            requestedMips = 0;
            for (int i = 0; i < count; i++) {
                requestedMips += request(vm[i]);
            }
            history = null;
        }

        private void divide(int[] sequence) {
            double[] mips = new double[count];
            Arrays.setAll(mips, i -> request(vm[i]));
            Phase[] phases = new Phase[count];
            Arrays.fill(phases, Phase.STAYING);
            availableMips = Shares.divide(type, mips, phases, sequence, () -> table.order(vm, count));
            allocatedMips = 0;
            for (double share : mips) {
                allocatedMips += share;
            }
        }

        double request(int ofVm) {
            return vms.requestedMips(ofVm);
        }

        double[] history() {
            if (history == null) {
                double[] sum = new double[Vms.HISTORY];
                for (int i = 0; i < count; i++) {
                    addHistory(sum, vm[i]);
                }
                history = sum;
            }
            return history;
        }

        void addHistory(double[] sum, int ofVm) {
            double[] own = vms.history(ofVm);
            double mips = vms.type(ofVm).mips();
            for (int i = 0; i < vms.samples(); i++) {
                sum[i] += own[i] * mips / type.totalMips();
            }
        }
    }

    private record Load(Entry entry, int extra) implements HostLoad {
        @Override
        public double totalMips() {
            return entry.type.totalMips();
        }

        @Override
        public double requestedMips() {
            return extra == NONE ? entry.requestedMips : entry.requestedMips + entry.request(extra);
        }

        @Override
        public double[] history() {
            double[] sum = entry.history().clone();
            if (extra != NONE) {
                entry.addHistory(sum, extra);
            }
            int length = sum.length;
            while (length > 1 && sum[length - 1] == 0) {
                length--;
            }
            return Arrays.copyOf(sum, length);
        }
    }
}
