package io.drover.worker.peer.channel;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.text.FileProblem;
import io.drover.worker.peer.LinkBrokenException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a session: the first cause counts, everybody who waits is told, and all later calls fail with it. */
public final class SessionFailure {
    @GuardedBy("this")
    private final List<Runnable> told = new ArrayList<>();

    @GuardedBy("this")
    private @Nullable IOException cause;

    /** Does it at once when the session has ended before. */
    public void onBreak(Runnable action) {
        synchronized (this) {
            if (cause == null) {
                told.add(action);
                return;
            }
        }
        action.run();
    }

    public void fail(IOException why) {
        List<Runnable> actions;
        synchronized (this) {
            if (cause != null) {
                return;
            }
            cause = why;
            actions = List.copyOf(told);
        }
        actions.forEach(Runnable::run);
    }

    public synchronized boolean broken() {
        return cause != null;
    }

    /** What to throw now; {@code otherwise} when nothing had ended the session before. */
    public synchronized IOException because(IOException otherwise) {
        IOException first = cause == null ? otherwise : cause;
        if (first instanceof PeerEndedException) {
            return new IOException(FileProblem.told(first), first);
        }
        return new LinkBrokenException(FileProblem.told(first), first);
    }

    public void check() throws IOException {
        if (broken()) {
            throw because(new IOException("the session is over"));
        }
    }
}
