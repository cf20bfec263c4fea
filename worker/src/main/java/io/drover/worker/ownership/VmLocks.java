package io.drover.worker.ownership;

import io.drover.messages.VmId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who in this worker is at a VM right now. A migration and the power switch must never be at the same one: the one
 * would start what the other has just given away.
 */
public final class VmLocks {
    private final Set<VmId> busy = ConcurrentHashMap.newKeySet();

    /** False when somebody is at it; nobody waits. */
    public boolean tryTake(VmId vm) {
        return busy.add(vm);
    }

    public void release(VmId vm) {
        busy.remove(vm);
    }
}
