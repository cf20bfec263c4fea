package io.drover.simulator.stock.policy;

import io.drover.simulator.stock.fleet.Fleet;
import io.drover.simulator.stock.fleet.Host;
import io.drover.simulator.stock.fleet.HostType;
import io.drover.simulator.stock.fleet.Shares;
import io.drover.simulator.stock.fleet.Shares.Phase;
import io.drover.simulator.stock.fleet.Vms;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A placement in the making: copied from the fleet, changed by a policy and thrown away. */
final class Draft {
    private static final int NONE = -1;
    private final Vms vms;
    private final Fleet fleet;
    private final Entry[] entries;

    Draft(Fleet fleet) {
        this.fleet = fleet;
        vms = fleet.vms();
        entries = new Entry[fleet.hostCount()];
        Arrays.setAll(entries, id -> new Entry(fleet.host(id)));
    }

    int hostCount() {
        return entries.length;
    }

    int count(int host) {
        return entries[host].count;
    }

    int vm(int host, int position) {
        return entries[host].vm[position];
    }

    /** MIPS given to its machines. */
    double allocatedMips(int host) {
        return entries[host].allocatedMips;
    }

    /** Whether the host has as many MIPS left as the machine asks for, and processors fast enough. */
    boolean suits(int host, int vm) {
        double requested = vms.requestedMips(vm);
        return entries[host].type.processorMips() >= requested && entries[host].availableMips >= requested;
    }

    /** Power in watts with a machine more. */
    double wattsWith(int host, int vm) {
        return entries[host].type.power().watts(utilisationWith(host, vm));
    }

    /** Utilisation with a machine more, by what the others are given now. */
    double utilisationWith(int host, int vm) {
        return (entries[host].allocatedMips + vms.requestedMips(vm)) / entries[host].type.totalMips();
    }

    /** The host as an over-load test sees it. */
    HostLoad load(int host) {
        return new Load(entries[host], NONE);
    }

    /** The same with a machine more. */
    HostLoad loadWith(int host, int vm) {
        return new Load(entries[host], vm);
    }

    /** Puts a machine on a host, beside where it is otherwise. */
    void add(int host, int vm) {
        entries[host].add(vm);
    }

    void remove(int host, int vm) {
        entries[host].remove(vm);
    }

    Fleet fleet() {
        return fleet;
    }

    private final class Entry {
        private final HostType type;
        private int[] vm;
        private int count;
        private double allocatedMips;
        private double availableMips;
        private double requestedMips;
        private double @Nullable [] history;

        Entry(Host host) {
            type = host.type();
            count = host.count();
            vm = new int[count + 2];
            for (int i = 0; i < count; i++) {
                vm[i] = host.vm(i);
            }
            divide();
        }

        void add(int newVm) {
            vm = count == vm.length ? Arrays.copyOf(vm, 2 * count) : vm;
            vm[count] = newVm;
            count++;
            divide();
        }

        void remove(int goneVm) {
            int position = 0;
            while (vm[position] != goneVm) {
                position++;
            }
            count--;
            System.arraycopy(vm, position + 1, vm, position, count - position);
            divide();
        }

        private void divide() {
            double[] mips = new double[count];
            Phase[] phases = new Phase[count];
            Arrays.fill(phases, Phase.STAYING);
            requestedMips = 0;
            for (int i = 0; i < count; i++) {
                mips[i] = vms.requestedMips(vm[i]);
                requestedMips += mips[i];
            }
            availableMips = Shares.divide(type, count, mips, phases);
            allocatedMips = 0;
            for (double share : mips) {
                allocatedMips += share;
            }
            history = null;
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
