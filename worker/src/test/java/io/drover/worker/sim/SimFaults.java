package io.drover.worker.sim;

/** How likely small faults are; none any more once the world has become quiet. */
public final class SimFaults {
    private double callLate;
    private double answerLost;
    private double callFails;

    /** {@code severity} 0 is none, 1 what the scenario calls rough. */
    SimFaults(double severity) {
        callLate = 0.004 * severity;
        answerLost = 0.004 * severity;
        callFails = 0.001 * severity;
    }

    void quiet() {
        callLate = 0;
        answerLost = 0;
        callFails = 0;
    }

    /** A call of the database is not answered and carried out later. */
    double callLate() {
        return callLate;
    }

    /** An answer of the database, or of a peer, is lost after the effect. */
    double answerLost() {
        return answerLost;
    }

    /** A call of the hypervisor fails. */
    double callFails() {
        return callFails;
    }
}
