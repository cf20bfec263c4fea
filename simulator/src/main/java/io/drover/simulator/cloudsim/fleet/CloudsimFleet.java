package io.drover.simulator.cloudsim.fleet;

import java.util.Arrays;

/** All hosts and VMs, and the transitions CloudSim's rules know. */
public final class CloudsimFleet {
    private final CloudsimHost[] hosts;
    private final Vms vms;

    /** Empty hosts and VMs placed nowhere. */
    public CloudsimFleet(int hostCount, int vmCount) {
        hosts = new CloudsimHost[hostCount];
        Arrays.setAll(hosts, CloudsimHost::new);
        vms = new Vms(vmCount);
    }

    public int hostCount() {
        return hosts.length;
    }

    public CloudsimHost host(int id) {
        return hosts[id];
    }

    public Vms vms() {
        return vms;
    }

    /** Creates a VM on a host. */
    public void create(int vm, int host) {
        vms.place(vm, host);
        hosts[host].add(vm, false);
    }

    /** Divides every host anew. */
    public void update() {
        for (CloudsimHost host : hosts) {
            host.update(vms);
        }
    }

    /** Divides one host anew. */
    public void update(int host) {
        hosts[host].update(vms);
    }

    /** Destroys every VM that is not moving and asks for exactly nothing, for good. */
    public void destroyIdle() {
        for (int vm = 0; vm < vms.count(); vm++) {
            if (vms.present(vm) && !vms.moving(vm) && vms.requestedMips(vm) == 0) {
                hosts[vms.host(vm)].remove(vm);
                vms.place(vm, Vms.NOWHERE);
            }
        }
    }

    /** From now on the VM is on both hosts' lists. */
    public void start(CloudsimMove move) {
        vms.setMoving(move.vm(), true);
        hosts[move.target()].add(move.vm(), true);
    }

    /** The VM leaves its source and is, as the newest, the target's. */
    public void complete(CloudsimMove move) {
        hosts[vms.host(move.vm())].remove(move.vm());
        hosts[move.target()].remove(move.vm());
        vms.setMoving(move.vm(), false);
        vms.place(move.vm(), move.target());
        hosts[move.target()].add(move.vm(), false);
    }

    /** Energy in joules of a host between its last two updates; a host that did nothing before counts as off. */
    public double joules(int host, double seconds) {
        CloudsimHost one = hosts[host];
        double before = one.previousUtilisation();
        if (before == 0) {
            return 0;
        }
        double from = one.type().power().watts(before);
        double to = one.type().power().watts(one.utilisation());
        return (from + (to - from) / 2) * seconds;
    }
}
