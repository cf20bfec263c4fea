package io.drover.simulator.localdisk;

import java.util.HashMap;
import java.util.Map;

/**
 * What hosts still hold of VMs that left: an image stays for a day, and of it everything that the VM has not
 * written since is good.
 */
final class RetainedCopies {
    private static final long KEPT_S = 86_400;

    private final Population population;
    private final Map<Long, Long> leftAt = new HashMap<>();

    RetainedCopies(Population population) {
        this.population = population;
    }

    void left(int vm, int host, long at) {
        leftAt.put(key(vm, host), at);
    }

    /** When it left that host last; negative when that is too long ago to matter, or never was. */
    long leftAt(int vm, int host, long now) {
        Long at = leftAt.get(key(vm, host));
        return at == null || now - at > KEPT_S ? -1 : at;
    }

    /** Bytes of its disk that this host need not be sent. */
    long held(int vm, int host, long now) {
        long at = leftAt(vm, host, now);
        if (at < 0) {
            return 0;
        }
        double written = population.written(vm) * (now - at);
        return Math.max(0, population.disk(vm) - (long) written);
    }

    private static long key(int vm, int host) {
        return ((long) vm << Integer.SIZE) | host;
    }
}
