package io.drover.worker.migration.source.step;

import io.drover.worker.migration.source.MigrationRunner.Recipes;
import io.drover.worker.migration.source.Recipe;
import io.drover.worker.migration.source.comparison.CompareDisks;
import io.drover.worker.migration.source.comparison.CompareImages;
import io.drover.worker.migration.source.comparison.CompareRest;
import io.drover.worker.migration.source.comparison.VerifyCopy;
import java.util.List;

/** The recipes. A new step is a file beside this one and a line here. */
public final class AllRecipes {
    private AllRecipes() {}

    public static Recipes all() {
        return new Recipes(live(), idle());
    }

    /** Of a VM that is stopped: its images are copied and compared before it is given away. */
    private static Recipe idle() {
        return new Recipe(
                List.of(CheckVm.stopped(), new ConnectDestination()),
                PrepareDestination.ofStoppedVm(),
                new CopyImages(),
                List.of(new CompareImages(), new GiveStoppedVm()),
                List.of(new ResumeDestination(), new RetireSource()));
    }

    /** Of a VM that runs. */
    private static Recipe live() {
        return new Recipe(
                List.of(CheckVm.running(), new ConnectDestination()),
                PrepareDestination.ofRunningVm(),
                new OpenDisks(),
                List.of(
                        new ReplicateDisks(),
                        new CompareDisks(),
                        new MigrateMemory(),
                        new SendRest(),
                        new CompareRest()),
                List.of(
                        new CompleteSwitchover(),
                        new GiveOwnership(),
                        new ResumeDestination(),
                        new PullRest(),
                        new VerifyCopy(),
                        new RetireSource()));
    }
}
