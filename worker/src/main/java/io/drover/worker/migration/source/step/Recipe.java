package io.drover.worker.migration.source.step;

import io.drover.worker.migration.source.MigrationRunner.Recipes;
import io.drover.worker.migration.source.Step;
import io.drover.worker.migration.source.comparison.CompareDisks;
import io.drover.worker.migration.source.comparison.CompareImages;
import io.drover.worker.migration.source.comparison.CompareRest;
import io.drover.worker.migration.source.comparison.VerifyCopy;
import java.util.List;

/** The steps of a migration, in order. A new step is a file beside this one and a line here. */
public final class Recipe {
    private Recipe() {}

    public static Recipes all() {
        return new Recipes(live(), idle());
    }

    /** Of a machine that is stopped: its images are copied and compared before it is given away. */
    public static List<Step> idle() {
        return List.of(
                new CheckVm(),
                new ConnectDestination(),
                new PrepareDestination(),
                new CopyImages(),
                new CompareImages(),
                new GiveOwnership(),
                new ResumeDestination(),
                new RetireSource());
    }

    /** Of a machine that runs. */
    public static List<Step> live() {
        return List.of(
                new CheckVm(),
                new ConnectDestination(),
                new PrepareDestination(),
                new OpenDisks(),
                new ReplicateDisks(),
                new CompareDisks(),
                new MigrateMemory(),
                new SendRest(),
                new CompareRest(),
                new CompleteSwitchover(),
                new GiveOwnership(),
                new ResumeDestination(),
                new PullRest(),
                new VerifyCopy(),
                new RetireSource());
    }
}
