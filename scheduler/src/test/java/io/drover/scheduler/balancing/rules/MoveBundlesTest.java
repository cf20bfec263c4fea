package io.drover.scheduler.balancing.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.scheduler.Snapshots;
import io.drover.scheduler.balancing.Move;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.SnapshotText;
import io.drover.scheduler.cluster.Vm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** web-1 and web-2 are on h1, db is on h3. */
class MoveBundlesTest {
    private static final String TEXT = Snapshots.text("one-overloaded");

    @Test
    void anExchangeIsOneAndOthersAreAlone() {
        ClusterSnapshot snapshot = SnapshotText.read(TEXT);
        Move out = move(snapshot, "web-1", "h3");
        Move other = move(snapshot, "web-2", "h2");
        Move in = move(snapshot, "db", "h1");

        assertThat(MoveBundles.of(List.of(out, other, in), snapshot)).containsExactly(List.of(out, in), List.of(other));
    }

    @Test
    void whatTwoBundlesShareMakesThemOneInAnyOrder() {
        ClusterSnapshot snapshot =
                SnapshotText.read(TEXT.replaceAll("(?m)^(vm .* name=web-[12] .*)$", "$1 labels=drover.affinity=a"));
        Move out = move(snapshot, "web-1", "h3");
        Move together = move(snapshot, "web-2", "h2");
        Move in = move(snapshot, "db", "h1");

        for (List<Move> order :
                List.of(List.of(together, in, out), List.of(in, together, out), List.of(out, in, together))) {
            assertThat(MoveBundles.of(order, snapshot))
                    .singleElement()
                    .satisfies(bundle -> assertThat(bundle).containsExactlyInAnyOrder(out, together, in));
        }
    }

    private static Move move(ClusterSnapshot snapshot, String name, String destination) {
        Vm vm = snapshot.vms().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return new Move(vm, new HostId(destination), "");
    }
}
