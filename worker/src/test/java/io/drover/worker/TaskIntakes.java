package io.drover.worker;

import io.drover.messages.bus.RpcHandler;
import io.drover.messages.command.WorkerCommand;
import io.drover.schema.worker.WorkerStore;
import java.util.function.Consumer;

/** Opens the worker's intake to simulations. */
public final class TaskIntakes {
    private TaskIntakes() {}

    /** {@code wake} is told each command that is safe. */
    public static RpcHandler over(WorkerStore store, Consumer<WorkerCommand> wake) {
        return new TaskIntake(store, wake);
    }
}
