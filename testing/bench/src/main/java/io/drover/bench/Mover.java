package io.drover.bench;

import io.drover.bench.trial.InitialState;
import io.drover.bench.trial.MoveFigures;
import io.drover.messages.HostId;
import java.io.IOException;

/** One way to move a guest, and to start and to end it. */
interface Mover {
    /** What is to be done now and then while a move goes on. */
    @FunctionalInterface
    interface Tick {
        void run() throws IOException, InterruptedException;
    }

    /** The host where the guest's images are made. */
    HostId home(InitialState beginning);

    /** Brings the stopped guest to the source, where it then is, and leaves behind what the case asks for. */
    void place(BenchGuest guest, InitialState beginning) throws IOException, InterruptedException;

    /** Starts the guest at the source. */
    void start(BenchGuest guest) throws IOException, InterruptedException;

    /** Moves it; leaves a move that is not done, with the reason among its problems, when the deadline passes. */
    void move(BenchGuest guest, MoveFigures move, Tick tick) throws IOException, InterruptedException;

    /** Has the guest shut down at the destination; returns when it is. */
    void shutDown(BenchGuest guest) throws IOException, InterruptedException;

    /** Ends whatever is left of it, however the run went. */
    void clear(BenchGuest guest) throws IOException, InterruptedException;
}
