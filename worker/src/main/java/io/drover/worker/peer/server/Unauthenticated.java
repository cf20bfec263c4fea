package io.drover.worker.peer.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Connections whose other side has not shown yet who it is. Places are few, and where there is none left the oldest
 * connection of the address that holds most gives way: whoever takes many takes them from himself. For several threads.
 */
final class Unauthenticated {
    private final int max;
    private final int maxOfOneAddress;
    /** Oldest first. */
    @GuardedBy("this")
    private final Map<SocketChannel, InetAddress> waiting = new LinkedHashMap<>();

    Unauthenticated(int max, int maxOfOneAddress) {
        this.max = max;
        this.maxOfOneAddress = maxOfOneAddress;
    }

    /** Takes one in; returns the one that gives way, which the caller closes. */
    synchronized Optional<SocketChannel> add(SocketChannel channel, InetAddress address) {
        waiting.put(channel, address);
        var held = new HashMap<InetAddress, Integer>();
        waiting.values().forEach(holder -> held.merge(holder, 1, Integer::sum));
        if (held.getOrDefault(address, 0) > maxOfOneAddress) {
            return oldest(address);
        }
        return waiting.size() <= max
                ? Optional.empty()
                : held.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                        .flatMap(this::oldest);
    }

    @GuardedBy("this")
    private Optional<SocketChannel> oldest(InetAddress address) {
        Optional<SocketChannel> found = waiting.entrySet().stream()
                .filter(entry -> entry.getValue().equals(address))
                .map(Map.Entry::getKey)
                .findFirst();
        found.ifPresent(waiting::remove);
        return found;
    }

    /** It has shown who it is, or is gone; harmless when it is not here. */
    synchronized void remove(SocketChannel channel) {
        waiting.remove(channel);
    }
}
