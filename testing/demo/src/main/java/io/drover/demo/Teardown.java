package io.drover.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends what the demo started, newest first, once; both a normal end and Ctrl-C come here. */
public final class Teardown {
    private static final Logger LOG = LoggerFactory.getLogger(Teardown.class);
    private final QemuProcesses processes;

    @GuardedBy("this")
    private final Deque<Act> acts = new ArrayDeque<>();

    public Teardown(QemuProcesses processes) {
        this.processes = processes;
    }

    /** One thing to stop. */
    @FunctionalInterface
    public interface Act {
        void run() throws Exception;
    }

    public synchronized void add(Act act) {
        acts.push(act);
    }

    public synchronized void run() {
        while (!acts.isEmpty()) {
            try {
                acts.pop().run();
            } catch (Exception e) {
                // The rest must be stopped whatever fails here.
                LOG.warn("could not stop something: {}", e.toString());
            }
        }
        // After the workers, which would otherwise see their VMs die.
        processes.endAll();
    }
}
