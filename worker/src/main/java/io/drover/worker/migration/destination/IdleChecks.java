package io.drover.worker.migration.destination;

import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import java.io.IOException;

/** Compares what arrived with the source while no guest runs on it here: a port. */
@FunctionalInterface
public interface IdleChecks {
    /** Reads the region of the image, past the page cache, and compares every block of it. */
    RegionComparison compare(String image, RegionDigests source) throws IOException;
}
