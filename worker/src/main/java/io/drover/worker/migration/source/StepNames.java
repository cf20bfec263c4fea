package io.drover.worker.migration.source;

/** Names of steps that the runner itself refers to. */
public final class StepNames {
    /** Everything from here on can be taken up again by another worker with the machine in {@code POST_MIGRATE}. */
    public static final String COMPLETE_SWITCHOVER = "complete-switchover";

    /** By this step in the journal a migration is known as that of a machine that was stopped. */
    public static final String COPY_IMAGES = "copy-images";

    private StepNames() {}
}
