package io.drover.bench.lab;

import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One run's cut of the link, if it has one; mended at the latest by {@link #end}. Not for several threads. */
public final class Outage {
    private final LinkCut cut;
    private final HostNetwork network;
    private final Clock clock;
    private final long sentBefore;
    private @Nullable Duration begun;
    private boolean over;

    public Outage(LinkCut cut, HostNetwork network, Clock clock) throws IOException {
        this.cut = cut;
        this.network = network;
        this.clock = clock;
        this.sentBefore = network.source().sentBytes();
    }

    /** To be called again and again while the move goes on. */
    public void look() throws IOException, InterruptedException {
        if (over) {
            return;
        }
        if (begun == null) {
            if (network.source().sentBytes() - sentBefore >= cut.afterBytes()) {
                network.cut();
                begun = clock.elapsed();
            }
        } else if (clock.elapsed().minus(begun).compareTo(cut.length()) >= 0) {
            mend();
        }
    }

    /** Whether the link was cut. */
    public boolean happened() {
        return begun != null;
    }

    private void mend() throws IOException, InterruptedException {
        network.mend();
        over = true;
    }

    public void end() throws IOException, InterruptedException {
        if (happened() && !over) {
            mend();
        }
    }
}
