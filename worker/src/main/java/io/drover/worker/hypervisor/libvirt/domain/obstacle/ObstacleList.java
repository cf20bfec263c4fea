package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;
import java.util.ArrayList;
import java.util.List;

/** Collects obstacles of a domain in one state. */
final class ObstacleList {
    private final boolean running;
    private final List<MoveObstacle> found = new ArrayList<>();

    ObstacleList(boolean running) {
        this.running = running;
    }

    boolean running() {
        return running;
    }

    void forbid(Cause cause, String device, String problem, String remedy) {
        found.add(new MoveObstacle(cause, true, Shown.text(device), problem, remedy));
    }

    void forbidRunning(Cause cause, String device, String problem, String remedy) {
        if (running) {
            forbid(cause, device, problem, remedy);
        }
    }

    void warn(Cause cause, String device, String problem, String remedy) {
        found.add(new MoveObstacle(cause, false, Shown.text(device), problem, remedy));
    }

    List<MoveObstacle> found() {
        return List.copyOf(found);
    }
}
