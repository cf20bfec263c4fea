package io.drover.cli.doctor.fleet;

import io.drover.cli.doctor.check.Finding;
import java.util.ArrayList;
import java.util.List;

/** From here to the peers' ports: connection, TLS on both sides, and the protocol's version. */
public record PeersReachedCheck(PeerRound round) implements PeerCheck {
    @Override
    public String name() {
        return "peers";
    }

    @Override
    public List<Finding> of(PeerRound.Result result) {
        var findings = new ArrayList<Finding>();
        int reached = 0;
        for (PeerRound.Asked peer : result.asked()) {
            if (peer.answer() != null) {
                reached++;
            } else {
                findings.add(
                        Finding.fail(
                                peer.host() + " at " + peer.address() + ": " + peer.problem(),
                                "let this host reach that address and port; compare both hosts' certificates with the same ca-cert.pem"));
            }
        }
        if (!result.silent().isEmpty()) {
            findings.add(Finding.warn(
                    "not tried, as silent for a minute: " + PeerCheck.names(result.silent()),
                    "start their workers, and look again"));
        }
        if (reached > 0 || findings.isEmpty()) {
            findings.addFirst(Finding.ok(
                    reached == 0
                            ? "no other host has registered yet"
                            : "reaches " + reached + " other workers, each believed"));
        }
        return findings;
    }
}
