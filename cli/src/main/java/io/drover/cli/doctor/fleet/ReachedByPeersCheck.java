package io.drover.cli.doctor.fleet;

import io.drover.cli.doctor.check.Finding;
import io.drover.worker.peer.channel.PeerProbe.Answer;
import io.drover.worker.peer.channel.PeerProbe.Back;
import java.util.ArrayList;
import java.util.List;

/**
 * From the peers to this host's port, tried by them.
 *
 * @param port {@code peer.port}
 */
public record ReachedByPeersCheck(PeerRound round, int port) implements PeerCheck {
    @Override
    public String name() {
        return "way back";
    }

    @Override
    public List<Finding> of(PeerRound.Result result) {
        var findings = new ArrayList<Finding>();
        int reached = 0;
        boolean unannounced = false;
        for (PeerRound.Asked peer : result.asked()) {
            Answer answer = peer.answer();
            Back back = answer == null ? null : answer.back();
            if (back == null) {
                continue;
            }
            if (back.address() == null) {
                unannounced = true;
            } else if (back.problem() == null) {
                reached++;
            } else {
                findings.add(Finding.fail(
                        peer.host() + " does not reach this host at " + back.address() + ": " + back.problem(),
                        "let the other hosts reach port " + port + " here, or correct peer.address"));
            }
        }
        if (reached > 0) {
            findings.addFirst(Finding.ok(reached + " other workers reach this host"));
        } else if (unannounced) {
            findings.add(
                    Finding.ok("this host has not announced its address yet: tried when its worker has started once"));
        } else if (findings.isEmpty()) {
            findings.add(Finding.ok("no peer could be asked to try"));
        }
        return findings;
    }
}
