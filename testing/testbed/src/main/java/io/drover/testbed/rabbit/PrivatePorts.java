package io.drover.testbed.rabbit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The ports of one node.
 *
 * @param amqp for clients
 * @param amqps for clients over TLS, where the node has a certificate
 * @param epmd for the port mapper of Erlang
 * @param distribution for the node's own tools
 */
record PrivatePorts(int amqp, int amqps, int epmd, int distribution) {
    /**
     * Below the range from which Linux hands out ports for outgoing connections (32768 and up): one of those must not
     * take a port while the node is down for a while.
     */
    private static final int FIRST = 20_000;

    private static final int LAST = 32_000;
    private static final int TRIES_MAX = 1_000;

    static PrivatePorts choose(RandomGenerator random) throws IOException {
        Set<Integer> taken = new HashSet<>();
        return new PrivatePorts(free(random, taken), free(random, taken), free(random, taken), free(random, taken));
    }

    private static int free(RandomGenerator random, Set<Integer> taken) throws IOException {
        for (int tried = 0; tried < TRIES_MAX; tried++) {
            int port = random.nextInt(FIRST, LAST);
            if (isFree(port) && taken.add(port)) {
                return port;
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
