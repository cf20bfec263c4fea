package io.drover.worker;

import io.drover.messages.HostReport.RetiredCopy;
import io.drover.messages.MigrationId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.RetiredImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What VMs left on this host when they moved away, looked up now and then. For one thread. */
final class RetiredCopies {
    private static final Logger LOG = LoggerFactory.getLogger(RetiredCopies.class);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /** A host that keeps more does not tell of all. */
    private static final int TOLD_MAX = 1000;

    private final ImageStore images;
    private final Clock clock;
    private List<RetiredCopy> found = List.of();
    private @Nullable Duration lookedAt;

    RetiredCopies(ImageStore images, Clock clock) {
        this.images = images;
        this.clock = clock;
    }

    /** By migration, in the order of their ids. */
    List<RetiredCopy> list() throws IOException {
        Duration now = clock.elapsed();
        if (lookedAt == null || now.minus(lookedAt).compareTo(LOOK_EVERY) >= 0) {
            found = look();
            lookedAt = now;
        }
        return found;
    }

    private long allocated(String name) {
        try {
            return images.allocatedBytes(name);
        } catch (IOException | IllegalArgumentException e) {
            // Somebody has deleted it meanwhile, its drive is ill or it is named as no image is: that is no reason to
            // be silent
            // about the host.
            LOG.debug("retired copy {}: {}", name, FileProblem.told(e));
            return 0;
        }
    }

    private List<RetiredCopy> look() throws IOException {
        var bytes = new TreeMap<MigrationId, Long>();
        for (String name : images.list()) {
            Optional<RetiredImage> retired = RetiredImage.parse(name);
            if (retired.isPresent()) {
                bytes.merge(retired.get().migration(), allocated(name), Long::sum);
            }
        }
        return bytes.entrySet().stream()
                .limit(TOLD_MAX)
                .map(entry -> new RetiredCopy(entry.getKey(), entry.getValue()))
                .toList();
    }
}
