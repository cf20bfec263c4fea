package io.drover.worker;

import io.drover.messages.HostReport;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Sends the host's load to whichever schedulers listen. A report that cannot be sent is dropped: the next is newer. */
final class LoadReporter {
    private final LoadSampler sampler;
    private final KnownVms vms;
    private final Predicate<HostReport> publisher;
    private volatile @Nullable HostReport latest;

    /** {@code publisher} answers whether the report left this host. */
    LoadReporter(LoadSampler sampler, KnownVms vms, Predicate<HostReport> publisher) {
        this.sampler = sampler;
        this.vms = vms;
        this.publisher = publisher;
    }

    void report() throws IOException, InterruptedException {
        HostReport report = sampler.sample(vms::definition);
        if (!publisher.test(report)) {
            throw new IOException("RabbitMQ is away or takes no messages");
        }
        latest = report;
    }

    /** The newest report that left this host. */
    Optional<HostReport> latest() {
        return Optional.ofNullable(latest);
    }
}
