package io.drover.worker.peer.channel;

import java.time.Duration;

/**
 * Whether packing pays, for one connection: whichever way carries content faster, packing and sending counted together
 * on the wall clock, so a busy processor makes packing dear, and a slow link makes sending dear. It packs from the
 * start. As long as the link is what holds up, that cannot be wrong; when it is not, a few megabytes are sent plain and
 * compared. What does not shrink is tried all the same: zstd notices in a fraction of the time that sending takes. For
 * one thread.
 */
final class PackingRule {
    /** Sending plain has to be that much faster, or a stretch of content that shrinks less would decide. */
    private static final double GAIN = 0.8;

    /** More than the socket's buffer swallows at once. */
    private static final long TRIAL_BYTES = 8 << 20;

    /**
     * After a comparison that plain content lost. What binds changes from moment to moment on a host with little to
     * spare, and a trial that loses costs what packing saves.
     */
    private static final int PACKED_STRETCHES = 4;

    private static final long STRETCH_BYTES_MIN = 64 << 20;
    private static final long STRETCH_BYTES_MAX = 1 << 30;

    private boolean packing = true;
    /** Plain content is sent to compare, not because it was found to be faster. */
    private boolean comparing;

    private double packedNanosPerByte;
    private long stretchBytes = STRETCH_BYTES_MIN;
    private long bytesLeft = TRIAL_BYTES;

    /** Of this connection's part of the link's limit. */
    private double linkNanosPerByte;

    private long bytes;
    private long wireBytes;
    private long packingNanos;
    private long sendingNanos;

    /** Whether to pack the next frame. */
    boolean wanted() {
        return packing;
    }

    /**
     * What this connection gets of the link's limit when all send; without a limit it is not known how fast it could
     * be.
     */
    void link(long bytesPerSecond) {
        linkNanosPerByte = 1e9 / bytesPerSecond;
    }

    /** A frame was packed, in no time if it was not wanted, and sent. */
    void sent(int plainBytes, int sentBytes, Duration packed, Duration sending) {
        bytes += plainBytes;
        wireBytes += sentBytes;
        packingNanos += packed.toNanos();
        sendingNanos += sending.toNanos();
        bytesLeft -= plainBytes;
        if (bytesLeft > 0) {
            return;
        }
        judge();
        bytes = 0;
        wireBytes = 0;
        packingNanos = 0;
        sendingNanos = 0;
    }

    private void judge() {
        double nanosPerByte = (packingNanos + sendingNanos) / (double) bytes;
        if (comparing) {
            comparing = false;
            boolean plainIsFaster = nanosPerByte < GAIN * packedNanosPerByte;
            turn(!plainIsFaster, plainIsFaster ? stretchBytes : PACKED_STRETCHES * stretchBytes);
            stretchBytes = Math.min(stretchBytes * 2, STRETCH_BYTES_MAX);
        } else if (packing) {
            packedNanosPerByte = nanosPerByte;
            // At least this is what the link would have taken for the same, unpacked.
            double plainNanosPerByte = Math.max(sendingNanos / (double) wireBytes, linkNanosPerByte);
            comparing = plainNanosPerByte < GAIN * nanosPerByte;
            turn(!comparing, TRIAL_BYTES);
        } else {
            turn(true, TRIAL_BYTES);
        }
    }

    private void turn(boolean pack, long forBytes) {
        packing = pack;
        bytesLeft = forBytes;
    }
}
