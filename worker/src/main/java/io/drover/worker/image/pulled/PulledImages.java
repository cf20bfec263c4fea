package io.drover.worker.image.pulled;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore;
import java.io.IOException;

/** Images whose VM may run before all of their blocks are there. */
public interface PulledImages {
    /** Like {@link ImageStore#create}, with a map of which blocks are there: none, whatever stood there before. */
    PulledImage createPulled(String image, long size, MigrationId migration) throws IOException;

    /** Opens what {@link #createPulled} made, as it stands; fails when its map is gone. */
    PulledImage openPulled(String image, long size, MigrationId migration) throws IOException;

    /** Whether the image is complete and durable; fails when its map is gone. */
    boolean pulledComplete(String image, long size, MigrationId migration) throws IOException;

    /** Removes the map of a complete image; harmless when there is none. */
    void forgetPulled(String image, MigrationId migration) throws IOException;
}
