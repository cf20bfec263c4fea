package io.drover.worker;

/** What a worker says when it cannot go on; the program then closes it and ends. */
@FunctionalInterface
public interface FatalFailure {
    /** Called from any thread of the worker, perhaps more than once. Does not wait for the end. */
    void because(Throwable cause);
}
