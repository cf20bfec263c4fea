package io.drover.worker.peer.client;

import io.drover.messages.DiskId;
import io.drover.worker.peer.call.CallCodec;
import io.drover.worker.peer.call.PeerCall;
import io.drover.worker.peer.channel.SessionFailure;
import io.drover.worker.replication.ContentOffer;
import io.drover.worker.replication.ContentOffers;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;

/** Offers of one disk as calls on the control connection. */
final class SessionOffers implements ContentOffers {
    private final DiskId disk;
    private final ClientLink control;
    private final SessionFailure breakage;
    private final Duration limit;

    SessionOffers(DiskId disk, ClientLink control, SessionFailure breakage, Duration limit) {
        this.disk = disk;
        this.control = control;
        this.breakage = breakage;
        this.limit = limit;
    }

    @Override
    public Answer offer(ContentOffer offer) throws IOException, InterruptedException {
        var call = new PeerCall.Offer(
                disk, offer.offset(), offer.length(), offer.blockBytes(), CallCodec.blocks(offer.blocks()));
        ClientLink.Asked<PeerCall.Wanted> asked = control.ask(call, offer.digests());
        return () -> wanted(offer, asked);
    }

    private BitSet wanted(ContentOffer offer, ClientLink.Asked<PeerCall.Wanted> asked)
            throws IOException, InterruptedException {
        try {
            BitSet wanted = CallCodec.blocks(asked.await(limit).wanted());
            var strange = (BitSet) wanted.clone();
            strange.andNot(offer.blocks());
            if (!strange.isEmpty()) {
                throw new IOException("the destination wants blocks that were not offered");
            }
            return wanted;
        } catch (IOException e) {
            // It may still be placing blocks, over which nothing newer may be sent.
            breakage.fail(e);
            throw e;
        }
    }
}
