package io.drover.cli.doctor.host;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.time.Clock;
import io.drover.worker.WorkerConfig;
import io.drover.worker.hypervisor.HypervisorDriver;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Finds out, once for several checks, how the hypervisor runs guests here: by starting it, as a worker does. */
public final class HypervisorProbe {
    private final WorkerConfig config;
    private final Clock clock;

    @GuardedBy("this")
    private @Nullable HypervisorFacts known;

    @GuardedBy("this")
    private @Nullable IOException problem;

    public HypervisorProbe(WorkerConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
    }

    /** The same answer, or the same cause of failure, for everybody who asks. */
    synchronized HypervisorFacts facts() throws IOException {
        IOException before = problem;
        if (before != null) {
            throw before;
        }
        HypervisorFacts found = known;
        if (found == null) {
            try {
                found = open();
            } catch (IOException e) {
                problem = e;
                throw e;
            }
            known = found;
        }
        return found;
    }

    private HypervisorFacts open() throws IOException {
        var site = new HypervisorDriver.Site(
                config.folders().run(),
                config.folders().images(),
                config.folders().boot(),
                Encryption.off(),
                0);
        return config.hypervisor().open(site, clock).hypervisor().facts();
    }
}
