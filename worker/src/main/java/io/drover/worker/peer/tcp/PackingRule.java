package io.drover.worker.peer.tcp;

import java.time.Duration;

/**
 * Whether packing pays, for one connection. It does when a byte is packed faster than it is sent: the socket's buffer is
 * sent on while the next frame is packed, so the slower of the two sets the pace. Both are measured on the wall clock, so a
 * busy processor makes packing dear, and a link that waits for the disk makes sending cheap. For one thread.
 */
final class PackingRule {
    /** Packing has to be that much faster, or the processor's work is not worth it. */
    private static final double GAIN = 0.8;

    /** How many bytes it takes for an estimate to follow: more than a socket's buffer swallows at once. */
    private static final double MEMORY_BYTES = 4 << 20;

    /** Before anything is packed: 250 MB/s, zstd's level 1 on a slow core. */
    private static final double PACK_NANOS_PER_BYTE = 4;

    /** A frame that saves less than that was not worth it. */
    private static final double SAVING_MIN = 1.0 / 16;

    private static final int SKIPS_MAX = 64;

    /** Sending that takes less of the time than this says nothing about the link any more. */
    private static final double SENDING_SHARE_MIN = 0.05;

    private double sendNanosPerByte;
    private double packNanosPerByte = PACK_NANOS_PER_BYTE;
    private double sendingShare = 1;
    private int skips;
    private int skipsLeft;

    /** Whether to pack the next frame. */
    boolean wanted() {
        if (packNanosPerByte >= GAIN * sendNanosPerByte) {
            return false;
        }
        if (skipsLeft > 0) {
            skipsLeft--;
            return false;
        }
        return true;
    }

    /** A frame was packed in that time; says whether it became small enough. */
    boolean packed(int bytes, int packedBytes, Duration took) {
        packNanosPerByte += (took.toNanos() / (double) bytes - packNanosPerByte) * weight(bytes);
        boolean saved = packedBytes <= bytes * (1 - SAVING_MIN);
        skips = saved ? 0 : Math.clamp(skips * 2L, 1, SKIPS_MAX);
        skipsLeft = skips;
        return saved;
    }

    /** A frame was sent as it was. */
    void sentPlain(int bytes, Duration took) {
        sendNanosPerByte += (took.toNanos() / (double) bytes - sendNanosPerByte) * weight(bytes);
        sendingShare = 1;
    }

    /** A packed frame was sent. As long as the link is what holds up, the estimate of its speed stays good. */
    void sentPacked(int plainBytes, Duration packing, Duration sending) {
        double share =
                sending.toNanos() / (double) Math.max(1, packing.plus(sending).toNanos());
        sendingShare += (share - sendingShare) * weight(plainBytes);
        if (sendingShare < SENDING_SHARE_MIN) {
            // Packing holds up now, or reading: measure the link anew, plain.
            sendNanosPerByte = 0;
            sendingShare = 1;
        }
    }

    private static double weight(int bytes) {
        return Math.min(1, bytes / MEMORY_BYTES);
    }
}
