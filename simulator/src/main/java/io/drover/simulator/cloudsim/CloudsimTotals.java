package io.drover.simulator.cloudsim;

import io.drover.simulator.cloudsim.fleet.CloudsimFleet;
import io.drover.simulator.cloudsim.fleet.CloudsimHost;
import io.drover.simulator.cloudsim.fleet.CloudsimMove;
import io.drover.simulator.cloudsim.fleet.Shares.Phase;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Measures of a day under CloudSim's rules, gathered while it passes. */
final class CloudsimTotals {
    private static final double BACK_WITHIN_S = 3600;

    private final CloudsimFleet fleet;
    private final Levels[] hosts;
    private final Levels[] vms;
    private final boolean[] active;
    private final boolean[] seen;
    private final Map<Long, Double> leftAt = new HashMap<>();
    private double joules;
    private int shutdowns;
    private int migrations;
    private int movesBack;
    private long movedMb;

    CloudsimTotals(CloudsimFleet fleet) {
        this.fleet = fleet;
        hosts = new Levels[fleet.hostCount()];
        Arrays.setAll(hosts, i -> new Levels());
        vms = new Levels[fleet.vms().count()];
        Arrays.setAll(vms, i -> new Levels());
        active = new boolean[fleet.hostCount()];
        seen = new boolean[fleet.hostCount()];
    }

    /** Adds the energy since the update before. */
    void addEnergy(double seconds) {
        double frame = 0;
        for (int host = 0; host < hosts.length; host++) {
            frame += fleet.joules(host, seconds);
        }
        joules += frame;
    }

    /** Notes what every host and VM has. */
    void note(double now) {
        for (int host = 0; host < hosts.length; host++) {
            note(host, now);
        }
    }

    /** Notes what one host and its VMs have; a VM on its way in is its source's to note. */
    void note(int id, double now) {
        CloudsimHost host = fleet.host(id);
        hosts[id].note(now, host.usedMips(), host.requestedMips(), host.usedMips() > 0);
        for (int i = 0; i < host.count(); i++) {
            if (host.phase(i) != Phase.ARRIVING) {
                int vm = host.vm(i);
                vms[vm].note(now, host.share(i), fleet.vms().requestedMips(vm), host.phase(i) == Phase.LEAVING);
            }
        }
    }

    /** Counts hosts that were active at the last call and are not any more. */
    void countShutdowns() {
        for (int host = 0; host < hosts.length; host++) {
            boolean now = fleet.host(host).usedMips() > 0;
            shutdowns += seen[host] && active[host] && !now ? 1 : 0;
            active[host] = now;
            seen[host] = true;
        }
    }

    /** Counts a move that starts. */
    void count(CloudsimMove move, double now) {
        migrations++;
        movedMb += fleet.vms().type(move.vm()).ramMb();
        Double left = leftAt.get(key(move.vm(), move.target()));
        movesBack += left != null && now - left <= BACK_WITHIN_S ? 1 : 0;
        leftAt.put(key(move.vm(), fleet.vms().host(move.vm())), now);
    }

    private static long key(int vm, int host) {
        return ((long) vm << Integer.SIZE) | host;
    }

    double kilowattHours() {
        return joules / 3_600_000;
    }

    int shutdowns() {
        return shutdowns;
    }

    int migrations() {
        return migrations;
    }

    int movesBack() {
        return movesBack;
    }

    double movedTb() {
        return movedMb / 1e6;
    }

    /**
     * Seconds in which a host had less than its VMs asked for, arriving ones counted in full, summed over hosts.
     */
    double overloadS() {
        return Arrays.stream(hosts).mapToDouble(Levels::markedShortS).sum();
    }

    /** Seconds in which a VM that was not leaving got less than it asked for, summed over VMs. */
    double starvedVmS() {
        return Arrays.stream(vms).mapToDouble(Levels::unmarkedShortS).sum();
    }

    /** Share of their active time that hosts were over-loaded (SLATAH). */
    double slatah() {
        double active = Arrays.stream(hosts).mapToDouble(Levels::markedS).sum();
        return active == 0 ? 0 : overloadS() / active;
    }

    /** Share of what VMs asked for that they missed because they were leaving (PDM). */
    double pdm() {
        double asked = Arrays.stream(vms).mapToDouble(Levels::asked).sum();
        return asked == 0
                ? 0
                : Arrays.stream(vms).mapToDouble(Levels::markedShortfall).sum() / asked;
    }
}
