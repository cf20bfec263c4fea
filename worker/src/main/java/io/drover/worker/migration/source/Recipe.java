package io.drover.worker.migration.source;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of one kind of migration, in order.
 *
 * @param checks before anything is asked of the destination
 * @param copying up to where nothing more is sent
 * @param handover from where a worker that was restarted can go on
 */
public record Recipe(
        List<Step.Plain> checks,
        Step.Preparing preparing,
        Step.Opening opening,
        List<Step.Copying> copying,
        List<Step.Plain> handover) {
    public Recipe {
        checks = List.copyOf(checks);
        copying = List.copyOf(copying);
        handover = List.copyOf(handover);
    }

    /** All of them. */
    public List<Step> steps() {
        var steps = new ArrayList<Step>(checks);
        steps.add(preparing);
        steps.add(opening);
        steps.addAll(copying);
        steps.addAll(handover);
        return steps;
    }

    /** The same with other steps of the handover. */
    public Recipe withHandover(List<Step.Plain> other) {
        return new Recipe(checks, preparing, opening, copying, other);
    }
}
