package io.drover.cli.doctor;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.messages.text.FileProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs checks beside each other, each within its limit: one that fails or hangs leaves the others alone. */
final class Examination {
    private Examination() {}

    /**
     * What a check found.
     *
     * @param findings one at least
     */
    record Examined(String check, List<Finding> findings) {}

    private record Begun(DoctorCheck check, FutureTask<List<Finding>> task) {
        static Begun of(DoctorCheck check) {
            var task = new FutureTask<>(check::look);
            // A check that hangs must not keep the process.
            Thread.ofPlatform().daemon().name("doctor " + check.name()).start(task);
            return new Begun(check, task);
        }
    }

    /** In the order of the checks. */
    static List<Examined> of(List<DoctorCheck> checks) throws InterruptedException {
        long begin = System.nanoTime();
        List<Begun> begun = checks.stream().map(Begun::of).toList();
        var examined = new ArrayList<Examined>();
        for (Begun one : begun) {
            Duration left = one.check().limit().minusNanos(System.nanoTime() - begin);
            examined.add(new Examined(one.check().name(), await(one, left)));
        }
        return examined;
    }

    private static List<Finding> await(Begun begun, Duration left) throws InterruptedException {
        try {
            return begun.task().get(Math.max(0, left.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            begun.task().cancel(true);
            return List.of(Finding.fail(
                    "no answer within " + begun.check().limit().toSeconds() + " s",
                    "find out what hangs: a network mount, a name server, a host that is overloaded"));
        } catch (ExecutionException e) {
            return List.of(failed(e.getCause() == null ? e : e.getCause()));
        }
    }

    private static Finding failed(Throwable cause) {
        return cause instanceof CommandException refused
                ? Finding.notLookedAt(String.valueOf(refused.getMessage()))
                : Finding.fail("cannot be looked at: " + FileProblem.told(cause), "remove that cause, and look again");
    }
}
