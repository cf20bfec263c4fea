package io.drover.worker.hypervisor.qemu;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A disk at the destination as its source is told: {@code nbd://<IPv4 address>:<port>/<export>}. */
record MirrorTarget(String host, int port, String export) {
    private static final Pattern SHAPE = Pattern.compile("nbd://([0-9.]{7,15}):(\\d{1,5})/([a-z0-9-]{1,80})");

    static MirrorTarget parse(String text) {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("mirror target: '" + text + "' does not match " + SHAPE);
        }
        return new MirrorTarget(
                LoopbackAddress.check(matcher.group(1)), Integer.parseInt(matcher.group(2)), matcher.group(3));
    }

    @Override
    public String toString() {
        return "nbd://" + host + ":" + port + "/" + export;
    }
}
