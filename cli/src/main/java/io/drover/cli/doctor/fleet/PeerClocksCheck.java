package io.drover.cli.doctor.fleet;

import io.drover.cli.doctor.check.ClockSkew;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.worker.peer.channel.PeerProbe.Answer;
import java.util.ArrayList;
import java.util.List;

/** The peers' clocks against this one. */
public record PeerClocksCheck(PeerRound round) implements PeerCheck {
    @Override
    public String name() {
        return "peers' clocks";
    }

    @Override
    public List<Finding> of(PeerRound.Result result) {
        var findings = new ArrayList<Finding>();
        int asked = 0;
        for (PeerRound.Asked peer : result.asked()) {
            Answer answer = peer.answer();
            if (answer != null) {
                asked++;
                findings.add(ClockSkew.of(peer.host().value(), peer.before(), answer.now(), peer.after()));
            }
        }
        findings.removeIf(finding -> finding.level() == Level.OK);
        return findings.isEmpty()
                ? List.of(Finding.ok(
                        asked == 0 ? "no peer could be asked" : "those of " + asked + " peers agree with this one"))
                : findings;
    }
}
