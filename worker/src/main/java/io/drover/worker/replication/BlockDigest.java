package io.drover.worker.replication;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongPredicate;

/** How content is compared: SHA-256 over blocks of 4 KiB. */
public final class BlockDigest {
    public static final int BLOCK_BYTES = BlockSender.BLOCK_BYTES;
    public static final int DIGEST_BYTES = 32;

    /** How much is digested, sent and compared at once: 1024 blocks, 32 KiB of digests. */
    public static final int REGION_BYTES = 4 << 20;

    private BlockDigest() {}

    public static int blocks(long length) {
        return Math.toIntExact(Math.ceilDiv(length, BLOCK_BYTES));
    }

    /** The digests of the remaining content's blocks, one after another. */
    public static byte[] of(ByteBuffer content) {
        MessageDigest sha = sha256();
        int length = content.remaining();
        var digests = new byte[blocks(length) * DIGEST_BYTES];
        for (int i = 0; i * BLOCK_BYTES < length; i++) {
            int at = i * BLOCK_BYTES;
            sha.update(content.slice(content.position() + at, Math.min(BLOCK_BYTES, length - at)));
            System.arraycopy(sha.digest(), 0, digests, i * DIGEST_BYTES, DIGEST_BYTES);
        }
        return digests;
    }

    /** The digests of so many zeros. */
    public static byte[] ofZeros(long length) {
        byte[] whole = sha256().digest(new byte[BLOCK_BYTES]);
        var digests = new byte[blocks(length) * DIGEST_BYTES];
        for (int at = 0; at < digests.length; at += DIGEST_BYTES) {
            System.arraycopy(whole, 0, digests, at, DIGEST_BYTES);
        }
        int rest = (int) (length % BLOCK_BYTES);
        if (rest > 0) {
            byte[] last = sha256().digest(new byte[rest]);
            System.arraycopy(last, 0, digests, digests.length - DIGEST_BYTES, DIGEST_BYTES);
        }
        return digests;
    }

    /** The digest of digests. */
    static byte[] ofDigests(byte[] digests) {
        return sha256().digest(digests);
    }

    /** What the source states, written out. */
    public static byte[] of(RegionDigests source) {
        ByteBuffer stated = source.digests();
        if (stated == null) {
            return ofZeros(source.length());
        }
        var digests = new byte[stated.remaining()];
        stated.duplicate().get(digests);
        if (digests.length != blocks(source.length()) * DIGEST_BYTES) {
            throw new IllegalArgumentException(digests.length + " bytes of digests for " + source.length() + " bytes");
        }
        return digests;
    }

    /**
     * Compares the digests of a region from both sides, without the blocks of which {@code leftOut} says so by offset.
     */
    public static RegionComparison compare(long offset, byte[] there, byte[] here, LongPredicate leftOut) {
        MessageDigest sourceSum = sha256();
        MessageDigest destinationSum = sha256();
        var different = new ArrayList<Long>();
        int blocks = there.length / DIGEST_BYTES;
        int rewritten = 0;
        for (int i = 0; i < blocks; i++) {
            long at = offset + (long) i * BLOCK_BYTES;
            int digest = i * DIGEST_BYTES;
            int end = digest + DIGEST_BYTES;
            if (leftOut.test(at)) {
                rewritten++;
                continue;
            }
            sourceSum.update(there, digest, DIGEST_BYTES);
            destinationSum.update(here, digest, DIGEST_BYTES);
            if (!Arrays.equals(there, digest, end, here, digest, end)) {
                different.add(at);
            }
        }
        HexFormat hex = HexFormat.of();
        String sourceDigest = hex.formatHex(sourceSum.digest());
        String destinationDigest = hex.formatHex(destinationSum.digest());
        return new RegionComparison(
                offset, blocks, blocks - rewritten, rewritten, different, sourceDigest, destinationDigest);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) { // every Java has it
            throw new IllegalStateException(e);
        }
    }
}
