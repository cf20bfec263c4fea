package io.drover.messages;

/**
 * Where something listens. Written {@code 192.0.2.7:7101} or {@code h1.example:7101}, an IPv6 address in brackets:
 * {@code [2001:db8::7]:7101}.
 *
 * @param host an address, without brackets, or a name
 * @param port 0 to 65535; 0: any free one
 */
public record HostPort(String host, int port) {
    private static final int PORT_MAX = 65_535;

    public HostPort {
        host = bare(host);
        if (host.isEmpty() || port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("'" + host + "', port " + port + ", is no address to listen at");
        }
    }

    /**
     * Reads what {@link #toString} writes. Without brackets the last colon is taken, for an address that was written
     * before there were any.
     *
     * @throws IllegalArgumentException when it has another shape
     */
    public static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        try {
            return new HostPort(text.substring(0, Math.max(colon, 0)), Integer.parseInt(text.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is not host:port", e);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
