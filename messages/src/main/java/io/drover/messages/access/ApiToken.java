package io.drover.messages.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The secret of a token: 256 random bits, so that a plain hash of it is as good as a slow one.
 *
 * @param text begins with a word by which people and scanners of leaked secrets know it
 */
public record ApiToken(String text) {
    private static final String PREFIX = "drover_";
    private static final int BYTES = 32;
    private static final Pattern SHAPE = Pattern.compile(PREFIX + "[A-Za-z0-9_-]{43}");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,62}");

    /** Throws {@link IllegalArgumentException}, without the text, for what no token looks like. */
    public ApiToken {
        if (!SHAPE.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a token: one begins with " + PREFIX);
        }
    }

    /** A new one; {@code random} must be a source for secrets. */
    public static ApiToken make(RandomGenerator random) {
        var bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new ApiToken(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Throws {@link IllegalArgumentException} for a name that no token may have. */
    public static String name(String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not 1 to 63 lower-case letters, digits, '.', '_', '@' and '-'");
        }
        return text;
    }

    /** What is kept of it: SHA-256. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) { // every Java has it
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return PREFIX + "…";
    }
}
