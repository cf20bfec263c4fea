package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One program's calls of the database. A call may be lost, its answer may be lost after the commit, and it may be
 * carried out long after the caller gave up.
 *
 * @param caller a host, or a scheduler by its name
 */
public record SimCalls(SimWorld world, SimNetwork network, SimFaults faults, HostId caller) {

    <T extends @Nullable Object> T call(String what, Supplier<T> transaction) {
        requireDatabase(what);
        if (world.chance(faults.callLate())) {
            int life = network.databaseLives();
            world.later(world.chance(0.5) ? world.millis(1, 400) : world.millis(1, 4000), () -> {
                if (network.databaseLives() == life) {
                    carryOutLate(what, transaction);
                }
            });
            throw new StoreUnavailableException(what + ": no answer in time");
        }
        T answer = transaction.get();
        perhapsLoseAnswer(what);
        world.step();
        return answer;
    }

    /** Takes time; throws when the database is away. */
    void requireDatabase(String what) {
        world.step();
        if (!network.databaseReachable(caller)) {
            world.pause(world.millis(1, 700));
            throw new StoreUnavailableException(what + ": the database does not answer");
        }
    }

    /** Throws when what is committed is not known to be. */
    void perhapsLoseAnswer(String what) {
        if (world.chance(faults.answerLost())) {
            world.note("%s: the answer to %s is lost".formatted(caller, what));
            throw new StoreUnavailableException(what + ": the connection broke");
        }
    }

    private void carryOutLate(String what, Supplier<? extends @Nullable Object> transaction) {
        @Nullable Object answer = transaction.get();
        world.note("%s: %s is carried out late: %s".formatted(caller, what, answer));
        if (what.equals("giveOwnership")) {
            world.count(Outcome.DONE.equals(answer) ? "give carried out late" : "late give refused");
        }
    }
}
