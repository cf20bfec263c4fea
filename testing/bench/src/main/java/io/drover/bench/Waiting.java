package io.drover.bench;

import io.drover.bench.trial.MoveFigures;
import io.drover.messages.time.Clock;
import java.io.IOException;
import java.time.Duration;

/** Waits for phase after phase of a move until its deadline, noting how long each took. */
final class Waiting {
    private final Clock clock;
    private final Duration poll;
    private final MoveFigures move;
    private final Mover.Tick tick;
    private Duration phaseStart;
    private String last = "";

    Waiting(Clock clock, Duration poll, MoveFigures move, Mover.Tick tick) {
        this.clock = clock;
        this.poll = poll;
        this.move = move;
        this.tick = tick;
        this.phaseStart = clock.elapsed();
    }

    /** Asks QEMU. */
    @FunctionalInterface
    interface Question {
        boolean ask() throws IOException, InterruptedException;
    }

    /** The phase it is in, or was in when the deadline passed. */
    String last() {
        return last;
    }

    /** False when the deadline passed before. */
    boolean until(String phase, Question reached) throws IOException, InterruptedException {
        last = phase;
        while (!reached.ask()) {
            if (move.late()) {
                return false;
            }
            tick.run();
            clock.sleep(poll);
        }
        Duration now = clock.elapsed();
        move.phase(phase, now.minus(phaseStart));
        phaseStart = now;
        return true;
    }
}
