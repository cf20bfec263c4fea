package io.drover.worker.nbd;

import static io.drover.worker.nbd.NbdProtocol.*;

import io.drover.worker.nbd.NbdTransmission.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads with several requests in flight. A thread of its own asks and takes the answers in; content is handed over by
 * the caller. It asks only for what it has a buffer for, and never lets an answer wait for the consumer: QEMU 7.2
 * cannot drain a disk (a guest's reset of the device, many commands of its monitor) before a reader has taken all that
 * it asked for, and its guest and monitor stand still until then. A consumer that asks the monitor itself would wait
 * for ever.
 */
final class NbdReader {
    /** Bounds the memory of one connection. */
    private static final int BYTES_IN_FLIGHT_MAX = 16 << 20;

    private final NbdWire wire;
    private final NbdTransmission transmission;
    private final Map<Long, PendingRead> pending = new HashMap<>();
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
    private int bufferBytes;

    NbdReader(NbdWire wire, NbdTransmission transmission) {
        this.wire = wire;
        this.transmission = transmission;
    }

    void read(Iterator<NbdRange> ranges, int rangeBytesMax, NbdContent consumer)
            throws IOException, InterruptedException {
        int depth = Math.clamp(BYTES_IN_FLIGHT_MAX / rangeBytesMax, 1, REQUESTS_IN_FLIGHT_MAX);
        prepareBuffers(rangeBytesMax);
        var answers = new Answers(new Semaphore(depth), new LinkedBlockingQueue<>());
        Thread receiver = Thread.ofVirtual().name("nbd-reader").start(() -> receive(ranges, answers));
        try {
            handOver(answers, consumer);
        } finally {
            // Only when the consumer failed has it not ended yet.
            receiver.interrupt();
            receiver.join();
        }
    }

    boolean idle() {
        return pending.isEmpty();
    }

    /** What goes from the receiving thread to the caller; {@code room} is for reads asked for and not handed over. */
    private record Answers(Semaphore room, BlockingQueue<Answer> queue) {}

    private sealed interface Answer {
        record Complete(PendingRead read) implements Answer {}

        /** Nothing more comes; {@code cause} says why it ended early. */
        record End(@Nullable Throwable cause) implements Answer {}
    }

    private void handOver(Answers answers, NbdContent consumer) throws IOException, InterruptedException {
        NbdRequestException failure = null;
        while (true) {
            switch (answers.queue().take()) {
                case Answer.Complete complete -> {
                    PendingRead read = complete.read();
                    failure = failure == null ? read.failure() : failure;
                    if (failure == null) {
                        consumer.accept(read.offset(), read.content());
                    }
                    buffers.add(read.buffer());
                    answers.room().release();
                }
                case Answer.End end -> {
                    rethrow(end.cause());
                    if (failure != null) {
                        throw failure;
                    }
                    return;
                }
            }
        }
    }

    private static void rethrow(@Nullable Throwable cause) throws IOException, InterruptedException {
        if (cause instanceof IOException e) {
            throw e;
        }
        if (cause instanceof InterruptedException e) {
            throw e;
        }
        if (cause != null) { // a defect, since nothing else is declared
            throw new IllegalStateException(cause);
        }
    }

    private void receive(Iterator<NbdRange> ranges, Answers answers) {
        try {
            receiveAll(ranges, answers);
            answers.queue().add(new Answer.End(null));
        } catch (IOException | InterruptedException | RuntimeException | Error e) { // the caller throws it
            answers.queue().add(new Answer.End(e));
        }
    }

    private void receiveAll(Iterator<NbdRange> ranges, Answers answers) throws IOException, InterruptedException {
        boolean failed = false;
        while (!pending.isEmpty() || (!failed && ranges.hasNext())) {
            while (!failed && ranges.hasNext() && mayAsk(answers.room())) {
                ask(ranges.next());
            }
            PendingRead complete = takeChunk();
            if (complete != null) {
                failed |= complete.failure() != null;
                answers.queue().add(new Answer.Complete(complete));
                wire.restartDeadline();
            }
        }
    }

    /** Waits for room only when no answer is due. */
    private boolean mayAsk(Semaphore room) throws InterruptedException {
        if (pending.isEmpty()) {
            room.acquire();
            return true;
        }
        return room.tryAcquire();
    }

    private void prepareBuffers(int bytes) {
        if (bufferBytes < bytes) {
            buffers.clear();
            bufferBytes = bytes;
        }
    }

    private void ask(NbdRange range) throws IOException, InterruptedException {
        if (range.length() > bufferBytes) {
            throw new IllegalArgumentException(
                    "a range of " + range.length() + " bytes, " + bufferBytes + " announced");
        }
        ByteBuffer free = buffers.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(bufferBytes) : free;
        if (pending.isEmpty()) {
            wire.restartDeadline();
        }
        long cookie = transmission.request(CMD_READ, range.offset(), range.length());
        pending.put(cookie, new PendingRead(range.offset(), range.length(), buffer));
    }

    /** Takes one chunk or simple reply in; returns the read that it completed. */
    private @Nullable PendingRead takeChunk() throws IOException, InterruptedException {
        Reply reply = transmission.next();
        PendingRead read = pending.get(reply.cookie());
        if (read == null) {
            throw new NbdProtocolException("an answer to no request of ours");
        }
        if (reply.simple()) {
            takeSimple(reply, read);
        } else {
            takeStructured(reply, read);
        }
        if (reply.done()) {
            pending.remove(reply.cookie());
            return read;
        }
        return null;
    }

    private void takeSimple(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (transmission.structured()) {
            throw new NbdProtocolException("a simple reply to a read although structured replies were negotiated");
        }
        if (reply.type() == 0) {
            wire.fill(read.claim(read.offset(), read.length()));
        } else {
            read.fail(new NbdRequestException(describe(read), reply.type(), ""));
        }
    }

    private void takeStructured(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.error()) {
            read.fail(transmission.readError(describe(read), reply));
        } else if (reply.type() == CHUNK_OFFSET_DATA) {
            takeData(reply, read);
        } else if (reply.type() == CHUNK_OFFSET_HOLE) {
            takeHole(reply, read);
        } else if (reply.type() != CHUNK_NONE || reply.length() != 0 || !reply.done()) {
            throw new NbdProtocolException("a chunk of type " + reply.type() + " in answer to a read");
        }
    }

    private void takeData(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.length() <= Long.BYTES) {
            throw new NbdProtocolException("a data chunk without data");
        }
        long offset = wire.readLong();
        wire.fill(read.claim(offset, reply.length() - Long.BYTES));
    }

    private void takeHole(Reply reply, PendingRead read) throws IOException, InterruptedException {
        if (reply.length() != Long.BYTES + Integer.BYTES) {
            throw new NbdProtocolException("malformed hole chunk");
        }
        long offset = wire.readLong();
        ByteBuffer hole = read.claim(offset, Integer.toUnsignedLong(wire.readInt()));
        while (hole.remaining() >= Long.BYTES) {
            hole.putLong(0);
        }
        while (hole.hasRemaining()) {
            hole.put((byte) 0);
        }
    }

    private static String describe(PendingRead read) {
        return "read of " + read.length() + " bytes at " + read.offset();
    }
}
