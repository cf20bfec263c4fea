package io.drover.scheduler.control;

import io.drover.messages.HostId;
import io.drover.messages.json.DroverJson;
import io.drover.scheduler.balancing.Findings;
import io.drover.scheduler.balancing.Plan;
import java.util.List;

/**
 * What a strategy computed on the way, as it is stored with a decision: a later program may not decide the same.
 *
 * @param later moves that wait for a token or for another move
 */
record FindingsJson(List<Waiting> later, Findings findings) {
    /**
     * One move.
     *
     * @param vm its name
     * @param waitsFor for people
     */
    record Waiting(String vm, HostId destination, String waitsFor) {}

    static String text(Plan plan) {
        List<Waiting> later = plan.later().stream()
                .map(one -> new Waiting(one.move().vm().name(), one.move().destination(), one.waitsFor()))
                .toList();
        return DroverJson.mapper().writeValueAsString(new FindingsJson(later, plan.findings()));
    }
}
