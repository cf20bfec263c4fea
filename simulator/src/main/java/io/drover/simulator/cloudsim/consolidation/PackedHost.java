package io.drover.simulator.cloudsim.consolidation;

/**
 * A host as consolidation sees it.
 *
 * @param capacity what it can serve, in the unit of the VMs' demand
 * @param largestDemand most that one VM can get there, in the same unit
 * @param idleWatts what is saved when it carries nothing any more
 * @param fullWatts power at full load
 */
public record PackedHost(double capacity, double largestDemand, double idleWatts, double fullWatts) {
    public PackedHost {
        if (!(capacity > 0 && largestDemand > 0 && idleWatts >= 0 && fullWatts >= idleWatts)) {
            throw new IllegalArgumentException("capacity " + capacity + ", largest demand " + largestDemand + ", idle "
                    + idleWatts + " W, full " + fullWatts + " W");
        }
    }

    /** Watts for a unit of demand at full load: the lower, the better the load is placed here. */
    double wattsPerUnit() {
        return fullWatts / capacity;
    }
}
