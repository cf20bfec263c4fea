package io.drover.worker.migration;

/** Names of steps that the runner itself refers to. */
public final class StepNames {
    /** Everything from here on can be taken up again by another worker with the machine in {@code POST_MIGRATE}. */
    public static final String COMPLETE_SWITCHOVER = "complete-switchover";

    private StepNames() {}
}
