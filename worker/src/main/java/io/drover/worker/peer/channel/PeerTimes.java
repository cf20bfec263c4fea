package io.drover.worker.peer.channel;

import java.time.Duration;

/**
 * How long the peer protocol waits for what.
 *
 * @param handshake from the connection attempt to the verdict
 * @param pingEvery between two signs of life
 * @param silence after which a peer that says nothing is given up
 * @param stall after which a peer that takes nothing is given up
 * @param quickCall for calls that only ask
 * @param slowCall for calls that start, stop or wait for something
 * @param flush for making durable what was sent
 */
public record PeerTimes(
        Duration handshake,
        Duration pingEvery,
        Duration silence,
        Duration stall,
        Duration quickCall,
        Duration slowCall,
        Duration flush) {
    /**
     * Silence is three lost signs of life and well under the time an operator would wait; a stall may be a destination
     * that is writing out its bounded dirty data to a slow disk, and a flush ends at most as much of it.
     */
    public static PeerTimes defaults() {
        return new PeerTimes(
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofMinutes(3),
                Duration.ofMinutes(2));
    }
}
