package io.drover.simulator.localdisk;

import java.util.ArrayList;
import java.util.List;

/**
 * Moves under way. Each has an equal share of the link and of the drives at each of its ends, and goes at the lesser of
 * the two; what the VM writes and dirties meanwhile is sent as well, up to half of that.
 */
final class Transfers {
    /** A guest that dirties faster is slowed down: a move always comes to an end. */
    private static final double REWRITTEN_MAX = 0.5;

    /** Seconds of one processor a gigabyte costs at each end: reading, digests, TLS, writing. */
    private static final double CPU_S_PER_BYTE = 0.5e-9;

    private final Hardware hardware;
    private final Population population;
    private final List<Transfer> open = new ArrayList<>();
    private final int[] atHost;

    Transfers(Hardware hardware, Population population) {
        this.hardware = hardware;
        this.population = population;
        this.atHost = new int[hardware.count()];
    }

    void begin(Transfer transfer) {
        open.add(transfer);
        atHost[transfer.source]++;
        atHost[transfer.target]++;
        share();
    }

    List<Transfer> open() {
        return List.copyOf(open);
    }

    /** Sends for so many seconds; returns those that are complete, which are open no more. */
    List<Transfer> send(double seconds) {
        var complete = new ArrayList<Transfer>();
        for (Transfer transfer : open) {
            double rewritten = Math.min(
                    population.written(transfer.vm) + population.dirtied(transfer.vm), REWRITTEN_MAX * transfer.rate);
            double until = transfer.remaining / (transfer.rate - rewritten);
            transfer.sent += transfer.rate * Math.min(seconds, until);
            transfer.remaining -= (transfer.rate - rewritten) * seconds;
            if (transfer.remaining <= 0) {
                complete.add(transfer);
            }
        }
        for (Transfer transfer : complete) {
            open.remove(transfer);
            atHost[transfer.source]--;
            atHost[transfer.target]--;
        }
        if (!complete.isEmpty()) {
            share();
        }
        return complete;
    }

    private void share() {
        for (Transfer transfer : open) {
            transfer.rate = Math.min(shareAt(transfer.source), shareAt(transfer.target));
        }
    }

    private double shareAt(int host) {
        return Math.min((double) hardware.link(host), Hardware.DRIVE_BYTES_PER_S) / atHost[host];
    }

    /** MIPS that copies take at each host, added to {@code into}. */
    void addLoad(double[] into) {
        for (Transfer transfer : open) {
            double cores = transfer.rate * CPU_S_PER_BYTE;
            into[transfer.source] += cores * hardware.core(transfer.source);
            into[transfer.target] += cores * hardware.core(transfer.target);
        }
    }
}
