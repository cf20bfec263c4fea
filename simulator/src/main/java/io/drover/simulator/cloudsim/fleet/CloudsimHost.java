package io.drover.simulator.cloudsim.fleet;

import io.drover.simulator.cloudsim.fleet.Shares.Phase;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A host: its VMs in the order they came, and what it gave them at its last update. */
public final class CloudsimHost {
    private static final int FIRST_ROOM = 8;

    private final HostType type;
    private int count;
    private int[] vm = new int[FIRST_ROOM];
    private Phase[] phase = new Phase[FIRST_ROOM];
    private double[] share = new double[FIRST_ROOM];
    private double usedMips;
    private double previousUsedMips;
    private double requestedMips;
    private final RequestTable table = new RequestTable();
    private boolean counted;

    CloudsimHost(int id) {
        type = HostType.of(id);
    }

    public HostType type() {
        return type;
    }

    /** VMs on it, those on their way in and out among them. */
    public int count() {
        return count;
    }

    /** The VM at a position, in order of arrival. */
    public int vm(int position) {
        return vm[position];
    }

    public Phase phase(int position) {
        return phase[position];
    }

    /** Its requests, in the order of a recount. */
    public RequestTable table() {
        return table;
    }

    /** Whether it was divided since a VM last left. */
    public boolean counted() {
        return counted;
    }

    /** MIPS given at the last update. */
    public double share(int position) {
        return share[position];
    }

    /** MIPS used at the last update. */
    public double usedMips() {
        return usedMips;
    }

    /** MIPS asked for at the last update, a VM on its way in counted in full. */
    public double requestedMips() {
        return requestedMips;
    }

    /** Of the last update, 0 to 1. */
    public double utilisation() {
        return fraction(usedMips);
    }

    /** Of the update before the last, 0 to 1. */
    double previousUtilisation() {
        return fraction(previousUsedMips);
    }

    private double fraction(double mips) {
        double fraction = mips / type.totalMips();
        return fraction > 1 && fraction < 1.01 ? 1 : fraction;
    }

    void add(int newVm, boolean arriving) {
        if (count == vm.length) {
            vm = Arrays.copyOf(vm, 2 * count);
            phase = Arrays.copyOf(phase, 2 * count);
            share = Arrays.copyOf(share, 2 * count);
        }
        vm[count] = newVm;
        phase[count] = arriving ? Phase.ARRIVING : Phase.STAYING;
        count++;
        table.hold(count);
    }

    void remove(int goneVm) {
        int position = 0;
        while (vm[position] != goneVm) {
            position++;
        }
        count--;
        counted = false;
        System.arraycopy(vm, position + 1, vm, position, count - position);
        System.arraycopy(phase, position + 1, phase, position, count - position);
    }

    /** Divides the host anew by what its VMs ask for now. */
    void update(Vms vms) {
        previousUsedMips = usedMips;
        usedMips = 0;
        requestedMips = 0;
        for (int i = 0; i < count; i++) {
            share[i] = vms.requestedMips(vm[i]);
            if (phase[i] != Phase.ARRIVING) {
                phase[i] = vms.moving(vm[i]) ? Phase.LEAVING : Phase.STAYING;
            }
        }
        counted = true;
        int[] arrival = IntStream.range(0, count).toArray();
        Shares.divide(type, share, phase, arrival, () -> table.order(vm, count));
        for (int i = 0; i < count; i++) {
            usedMips += Shares.usedUp(share[i], phase[i]);
            requestedMips += vms.requestedMips(vm[i]);
        }
    }
}
