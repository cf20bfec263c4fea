package io.drover.worker.check;

import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.ImageReader;
import io.drover.worker.migration.destination.IdleChecks;
import io.drover.worker.replication.RegionComparison;
import io.drover.worker.replication.RegionDigests;
import io.drover.worker.replication.comparison.SealedComparison;
import java.io.IOException;

/**
 * Compares arrived images that nothing writes to. Opens the image for each region: there is nothing to be closed later.
 */
public final class SealedImageChecks implements IdleChecks {
    private final ImageStore images;

    public SealedImageChecks(ImageStore images) {
        this.images = images;
    }

    @Override
    public RegionComparison compare(String image, RegionDigests source) throws IOException {
        try (ImageReader reader = images.openDirect(image)) {
            return SealedComparison.compare(new ReaderRegion(reader), source);
        }
    }
}
