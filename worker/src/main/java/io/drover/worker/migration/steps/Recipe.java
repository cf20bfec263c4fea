package io.drover.worker.migration.steps;

import io.drover.worker.migration.Step;
import java.util.List;

/** The steps of a live migration, in order. A new step is a file beside this one and a line here. */
public final class Recipe {
    private Recipe() {}

    public static List<Step> live() {
        return List.of(
                new CheckMachine(),
                new ConnectDestination(),
                new PrepareDestination(),
                new OpenDisks(),
                new ReplicateDisks(),
                new MigrateMemory(),
                new SendRest(),
                new CompleteSwitchover(),
                new GiveOwnership(),
                new ResumeDestination(),
                new PullRest(),
                new VerifyCopy(),
                new RetireSource());
    }
}
