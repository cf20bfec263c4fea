package io.drover.worker.image.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The syncs of one image. Linux reports lost writes once and then counts the pages as clean: a second fdatasync would
 * answer that all is well. So after a sync that failed, for whatever reason, every later one fails too (decision 0026).
 * Safe for several threads, one syncs at a time: of two at once only one would be told.
 */
public final class LostWrites {
    private final String image;
    private final Note note;

    @GuardedBy("this")
    private @Nullable Throwable cause;

    /**
     * @param image as it is named in errors
     * @param before whether a sync failed in an earlier life of the worker
     * @param note keeps for a later life that one failed
     */
    public LostWrites(String image, boolean before, Note note) {
        this.image = image;
        this.note = note;
        this.cause = before ? new IOException("a sync failed before this worker was started") : null;
    }

    /** Must outlive the process; need not outlive the host, whose page cache goes with it. */
    @FunctionalInterface
    public interface Note {
        void lost();
    }

    /** An fdatasync. */
    @FunctionalInterface
    public interface Sync {
        void sync() throws IOException;
    }

    /** {@link IOException} when it fails or one has failed before. */
    public synchronized void sync(Sync sync) throws IOException {
        requireNone();
        try {
            sync.sync();
        } catch (InterruptedIOException e) {
            throw e; // nobody has answered, so nothing was reported and forgotten
        } catch (IOException | RuntimeException | Error e) {
            cause = e;
            note.lost();
            throw e;
        }
    }

    /** {@link IOException} when a sync has failed. */
    public synchronized void requireNone() throws IOException {
        if (cause != null) {
            throw new IOException(image + ": writes were lost before: " + FileProblem.told(cause), cause);
        }
    }
}
