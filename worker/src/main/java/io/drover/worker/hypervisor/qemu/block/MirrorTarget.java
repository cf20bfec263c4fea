package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.HostPort;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk at the destination as its source is told: {@code nbd://<address>/<export>}, or over TLS {@code
 * nbds://<host>@<address>/<export>}, the address as {@link HostPort} writes it.
 *
 * @param certified whose certificate the destination shows; empty when nothing is encrypted
 */
public record MirrorTarget(Optional<String> certified, HostPort address, String export) {
    private static final Pattern SHAPE = Pattern.compile(
            "(?:nbd://|nbds://([a-z0-9.-]{1,63})@)"
                    + "((?:\\[[0-9A-Fa-f:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?]|[A-Za-z0-9.-]{1,253}):\\d{1,5})/([a-z0-9-]{1,80})");

    public static MirrorTarget parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("mirror target: '" + text + "' does not match " + SHAPE);
        }
        return new MirrorTarget(
                Optional.ofNullable(matcher.group(1)), HostPort.parse(matcher.group(2)), matcher.group(3));
    }

    @Override
    public String toString() {
        return server(certified, address) + "/" + export;
    }

    /** The target without an export: all that are served at one port. */
    public static String server(Optional<String> certified, HostPort address) {
        return certified.map(name -> "nbds://" + name + "@").orElse("nbd://") + address;
    }
}
