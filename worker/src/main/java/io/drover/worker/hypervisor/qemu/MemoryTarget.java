package io.drover.worker.hypervisor.qemu;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where memory goes as the source is told: {@code tcp:<IPv4 address>:<port>}, or {@code tls:<host>:<IPv4 address>:<port>}.
 *
 * @param host whose certificate the destination shows; empty when nothing is encrypted
 */
record MemoryTarget(Optional<String> host, String address, int port) {
    private static final Pattern SHAPE = Pattern.compile("(?:tcp|tls:([a-z0-9.-]{1,63})):([0-9.]{7,15}):(\\d{1,5})");

    static MemoryTarget parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("memory target: '" + text + "' does not match " + SHAPE);
        }
        return new MemoryTarget(
                Optional.ofNullable(matcher.group(1)), matcher.group(2), Integer.parseInt(matcher.group(3)));
    }

    String uri() {
        return "tcp:" + address + ":" + port;
    }

    @Override
    public String toString() {
        return host.map(name -> "tls:" + name).orElse("tcp") + ":" + address + ":" + port;
    }
}
