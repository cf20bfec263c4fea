package io.drover.schema;

import io.drover.messages.HostId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The login role of a host's worker. */
public final class HostRoles {
    private static final String PREFIX = "drover_host_";
    private static final int NAME_MAX = 63;
    private static final int DIGEST_CHARS = 8;

    private HostRoles() {}

    /**
     * {@code drover_host_} and the host's name, with {@code _} for dots and dashes; a name that PostgreSQL would cut
     * (63 bytes) is cut here and ends in the first 8 hex digits of the SHA-256 of the host's name. Two hosts of one
     * role are refused when the second is provisioned.
     */
    public static String roleName(HostId host) {
        String name = PREFIX + host.value().replaceAll("[^a-z0-9]", "_");
        if (name.length() <= NAME_MAX) {
            return name;
        }
        return name.substring(0, NAME_MAX - DIGEST_CHARS - 1) + "_" + digest(host.value());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
