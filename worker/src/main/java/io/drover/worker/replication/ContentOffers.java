package io.drover.worker.replication;

import java.io.IOException;
import java.util.BitSet;

/** Offers digests of a disk to a destination that holds something of it: a port. */
public interface ContentOffers {
    /** How many offers may wait for their answers at once. */
    int UNDER_WAY_MAX = 12;

    /**
     * Sends an offer and does not wait. By the time of its answer the destination has put every block that is not
     * wanted in its place: nothing may be sent about the region between an offer and its answer.
     */
    Answer offer(ContentOffer offer) throws IOException, InterruptedException;

    /** An answer that is on its way. */
    interface Answer {
        /**
         * The offered blocks that must be sent. A failure ends the session: the destination may still be placing
         * blocks.
         */
        BitSet wanted() throws IOException, InterruptedException;
    }
}
