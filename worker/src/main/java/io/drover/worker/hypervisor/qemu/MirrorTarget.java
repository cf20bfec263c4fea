package io.drover.worker.hypervisor.qemu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk at the destination as its source is told: {@code nbd://<IPv4 address>:<port>/<export>}, or over TLS {@code
 * nbds://<host>@<IPv4 address>:<port>/<export>}.
 *
 * @param certified whose certificate the destination shows; empty when nothing is encrypted
 */
record MirrorTarget(Optional<String> certified, String host, int port, String export) {
    private static final Pattern SHAPE =
            Pattern.compile("(?:nbd://|nbds://([a-z0-9.-]{1,63})@)([0-9.]{7,15}):(\\d{1,5})/([a-z0-9-]{1,80})");

    static MirrorTarget parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("mirror target: '" + text + "' does not match " + SHAPE);
        }
        return new MirrorTarget(
                Optional.ofNullable(matcher.group(1)),
                matcher.group(2),
                Integer.parseInt(matcher.group(3)),
                matcher.group(4));
    }

    @Override
    public String toString() {
        return certified.map(name -> "nbds://" + name + "@").orElse("nbd://") + host + ":" + port + "/" + export;
    }
}
