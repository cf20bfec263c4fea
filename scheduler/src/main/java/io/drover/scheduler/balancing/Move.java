package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.scheduler.cluster.Vm;

/**
 * One VM to another host.
 *
 * @param reason one sentence for people; it becomes the task's
 */
public record Move(Vm vm, HostId destination, String reason) {
    public HostId source() {
        return vm.owner();
    }
}
