package io.drover.cli.doctor.fleet;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.service.DatabaseQuestion;
import io.drover.messages.HostId;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** A check of what came of asking the peers. */
interface PeerCheck extends DoctorCheck {
    PeerRound round();

    List<Finding> of(PeerRound.Result result);

    @Override
    default Duration limit() {
        return Duration.ofMinutes(3);
    }

    @Override
    default List<Finding> look() throws Exception {
        try {
            return DatabaseQuestion.of(() -> of(round().result()));
        } catch (IOException e) {
            return List.of(Finding.notLookedAt(FileProblem.told(e)));
        }
    }

    static String names(List<HostId> hosts) {
        return hosts.stream().map(HostId::value).collect(Collectors.joining(", "));
    }
}
