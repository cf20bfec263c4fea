package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Links between hosts, and each host's way to the database. */
public final class SimNetwork {
    private final Set<Set<HostId>> cut = new HashSet<>();
    private final Map<Set<HostId>, Integer> cuts = new HashMap<>();
    private final Set<HostId> withoutDatabase = new HashSet<>();
    private boolean databaseDown;
    private int databaseLives;

    public boolean allLinked() {
        return cut.isEmpty();
    }

    public boolean linked(HostId one, HostId other) {
        return !cut.contains(Set.of(one, other));
    }

    /** Changes with every cut: a connection made before one is broken. */
    public int generation(HostId one, HostId other) {
        return cuts.getOrDefault(Set.of(one, other), 0);
    }

    public void cut(HostId one, HostId other) {
        cut.add(Set.of(one, other));
        cuts.merge(Set.of(one, other), 1, Integer::sum);
    }

    public void mend(HostId one, HostId other) {
        cut.remove(Set.of(one, other));
    }

    public boolean databaseReachable(HostId host) {
        return !databaseDown && !withoutDatabase.contains(host);
    }

    /** Changes when the database is set back: what was on its way to it is lost. */
    public int databaseLives() {
        return databaseLives;
    }

    public void databaseRestored() {
        databaseLives++;
    }

    public void databaseDown(boolean down) {
        databaseDown = down;
    }

    public void databaseReachable(HostId host, boolean reachable) {
        if (reachable) {
            withoutDatabase.remove(host);
        } else {
            withoutDatabase.add(host);
        }
    }
}
