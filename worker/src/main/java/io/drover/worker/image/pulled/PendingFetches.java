package io.drover.worker.image.pulled;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.worker.image.pulled.PulledImage.Fetcher;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was asked of the source and has not come. Each block is asked for once a connection; a new connection is asked
 * for all of it again. Small: a guest has few requests under way.
 */
final class PendingFetches {
    private static final Logger LOG = LoggerFactory.getLogger(PendingFetches.class);

    /** Runs by their offset, as length; a run goes when its first block has come. */
    @GuardedBy("this")
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    @GuardedBy("this")
    private @Nullable Fetcher fetcher;

    void ask(List<Extent> missing) {
        var fresh = new ArrayList<Extent>();
        synchronized (this) {
            for (Extent run : missing) {
                Long asked = runs.get(run.offset());
                if (asked == null || asked < run.length()) {
                    runs.put(run.offset(), run.length());
                    fresh.add(run);
                }
            }
        }
        Fetcher by = current();
        if (by != null) {
            fetch(by, fresh);
        }
    }

    private static void fetch(Fetcher by, List<Extent> runs) {
        try {
            for (Extent run : runs) {
                by.fetch(run.offset(), run.length());
            }
        } catch (IOException e) {
            // The connection ends, and the next is asked for all of it.
            LOG.debug("asking for blocks: {}", e.toString());
        }
    }

    private synchronized @Nullable Fetcher current() {
        return fetcher;
    }

    synchronized void remove(long firstBlock, long endBlock) {
        runs.subMap(firstBlock * BlockMap.BLOCK_BYTES, endBlock * BlockMap.BLOCK_BYTES)
                .clear();
    }

    void fetchBy(Fetcher by) {
        List<Extent> all;
        synchronized (this) {
            fetcher = by;
            all = runs.entrySet().stream()
                    .map(run -> new Extent(run.getKey(), run.getValue()))
                    .toList();
        }
        fetch(by, all);
    }

    synchronized void fetchNoMore(Fetcher by) {
        if (by.equals(fetcher)) {
            fetcher = null;
        }
    }
}
