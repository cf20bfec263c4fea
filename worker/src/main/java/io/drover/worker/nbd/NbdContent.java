package io.drover.worker.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes the content of one range; the buffer is the callee's during the call only. */
@FunctionalInterface
public interface NbdContent {
    void accept(long offset, ByteBuffer content) throws IOException, InterruptedException;
}
