package io.drover.worker.migration.destination;

import io.drover.messages.MigrationId;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.replication.Extent;
import java.io.IOException;
import java.util.List;

/** Disks whose VM runs here before all of their blocks are: a port, for they are served by threads. */
public interface PulledDisks {
    /**
     * Makes an image of which nothing is there, owned by the migration, and opens it. Durable when it returns. A file
     * that an earlier attempt wrote to stays, for {@link TargetImage#keep}.
     */
    PulledDisk create(String image, long size, MigrationId migration) throws IOException;

    /** Opens what {@link #create} made, as it stands. */
    PulledDisk open(String image, long size, MigrationId migration) throws IOException;

    /**
     * Whether {@link PulledDisk#complete} found everything there; fails when nothing is noted about the image any more.
     */
    boolean isComplete(String image, long size, MigrationId migration) throws IOException;

    /** Forgets what was noted about a complete image; harmless when there is nothing. */
    void forget(String image, MigrationId migration) throws IOException;

    /** One disk. Safe for several threads. */
    interface PulledDisk extends AutoCloseable {
        /** Takes what the source sends; the same object each time. */
        TargetImage image();

        /** Whether the VM may have run: what is there is newer than what the source has. */
        boolean pulling();

        /** What came before of these bytes is old. Refused once {@link #pulling}. */
        void leaveBehind(List<Extent> extents) throws IOException;

        /** From now on the VM may run. Durable when it returns. */
        void beginPulling() throws IOException;

        /** What is missing from a byte on, at most so many extents. */
        List<Extent> missing(long offset, int max);

        long missingBytes();

        /** Makes everything durable if it is all there, and notes that; false when blocks are missing. */
        boolean complete() throws IOException;

        /** Answers the VM at this socket until it is closed; harmless when it does so already. */
        void serve(String socket, String export) throws IOException;

        /** Lets the VM open the image itself. Only of a complete disk. */
        void handOver();

        /** Ends serving and writing. */
        @Override
        void close() throws IOException;
    }
}
