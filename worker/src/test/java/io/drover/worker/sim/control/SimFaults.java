package io.drover.worker.sim.control;

/** How likely small faults are; none any more once the world has become quiet. */
public final class SimFaults {
    private double callLate;
    private double answerLost;
    private double callFails;
    private double storm;
    private double transferFails;
    private double syncFails;
    private double errors;

    /** {@code severity} 0 is none, 1 what the scenario calls rough. */
    public SimFaults(double severity) {
        callLate = 0.004 * severity;
        answerLost = 0.004 * severity;
        callFails = 0.0002 * severity;
        transferFails = 0.03 * severity;
        syncFails = 0.01 * severity;
        errors = 0.00005 * severity;
    }

    /** For a while the database answers few. */
    public void storm(double howBad) {
        storm = howBad;
    }

    public void quiet() {
        storm = 0;
        transferFails = 0;
        syncFails = 0;
        errors = 0;
        callLate = 0;
        answerLost = 0;
        callFails = 0;
    }

    /** A call of the database is not answered and carried out later. */
    double callLate() {
        return Math.max(callLate, storm);
    }

    /** An answer of the database, or of a peer, is lost after the effect. */
    double answerLost() {
        return answerLost;
    }

    /** The stream of memory breaks at one of its delicate points though the link is well. */
    public double transferFails() {
        return transferFails;
    }

    /** A worker's fdatasync of an image fails. */
    public double syncFails() {
        return syncFails;
    }

    /**
     * A call of a host's own disks or of the hypervisor ends in an Error, as memory-mapped files and full memory do.
     */
    double errors() {
        return errors;
    }

    /** A call of the hypervisor fails. */
    double callFails() {
        return callFails;
    }
}
