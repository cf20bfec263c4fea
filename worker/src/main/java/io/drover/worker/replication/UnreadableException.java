package io.drover.worker.replication;

import io.drover.messages.text.FileProblem;
import java.io.IOException;

/** The disk has answered that what was asked for cannot be read, a bad sector for example; other parts of it may be. */
public final class UnreadableException extends IOException {
    private static final long serialVersionUID = 1L;

    public UnreadableException(IOException cause) {
        super(FileProblem.told(cause), cause);
    }
}
