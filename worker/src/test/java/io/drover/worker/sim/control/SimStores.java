package io.drover.worker.sim.control;

import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.schema.memory.MemorySchedulerStore;
import io.drover.schema.memory.MemoryStores;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.scheduler.SchedulerStore.OutboxPublisher;
import io.drover.schema.worker.WorkerStore;
import io.drover.schema.worker.WorkerStore.Outcome;
import io.drover.worker.sim.control.LeftOut.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ways to the database, with the faults of {@link SimCalls}. */
public final class SimStores {
    private SimStores() {}

    /** One host's. A host has one worker at a time here, and it is the host's own. */
    public static WorkerStore worker(SimDatabase database, SimCalls calls, HostId host) {
        return LeftOut.of(WorkerStore.class, MemoryStores.worker(database.memory(), host), call -> {
            if (call.name().equals("host")) {
                return call.make();
            }
            return calls.call(call.name(), () -> counted(calls.world(), call.name(), made(call)));
        });
    }

    private static @Nullable Object counted(SimWorld world, String name, @Nullable Object answer) {
        if (name.equals("recordInbox") && Boolean.FALSE.equals(answer)) {
            world.count("a message taken over twice");
        }
        if (name.equals("recordArrived") && Outcome.DONE.equals(answer)) {
            world.count("arrived stopped");
        }
        return answer;
    }

    /**
     * One scheduler's; {@code committed} is told of every migration that stands and of which nobody has been told yet.
     */
    public static SchedulerStore scheduler(SimFleet fleet, SimTables tables, HostId scheduler, Runnable committed) {
        var calls = new SimCalls(fleet.world(), fleet.network(), fleet.faults(), scheduler);
        var told = new Told(fleet.world(), committed);
        return LeftOut.of(
                SchedulerStore.class,
                new MemorySchedulerStore(fleet.database().memory()),
                call -> switch (call.name()) {
                    case "relayOutbox" ->
                        relay(calls, tables, call.argument(0, Integer.class), call.argument(1, OutboxPublisher.class));
                    default -> calls.call(call.name(), () -> told.of(call, made(call)));
                });
    }

    private static int relay(SimCalls calls, SimTables tables, int limit, OutboxPublisher publisher) {
        calls.requireDatabase("relay");
        // The marks are part of the transaction that holds the locks: without its end they are gone.
        int sent = tables.outbox().relay(limit, tables.offering(publisher), () -> calls.requireDatabase("relay"));
        calls.perhapsLoseAnswer("relay");
        return sent;
    }

    private static @Nullable Object made(Call call) {
        try {
            return call.make();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("no store throws this", e);
        }
    }

    /** Of what was submitted, before the answer is on its way. */
    private record Told(SimWorld world, Runnable committed) {
        @Nullable
        Object of(Call call, @Nullable Object answer) {
            switch (call.name()) {
                case "submit" -> one(call, answer, call.argument(1, String.class));
                case "submitForced" ->
                    one(call, answer, call.argument(1, MigrationOverride.class).by());
                case "submitTogether" -> together(call, answer);
                default -> {}
            }
            return answer;
        }

        private void one(Call call, @Nullable Object answer, String by) {
            if (answer instanceof SubmitResult result) {
                submitted(call.argument(0, MigrationTask.class), result, by);
            }
        }

        private void together(Call call, @Nullable Object answer) {
            List<?> tasks = call.argument(0, List.class);
            List<?> results = answer instanceof List<?> list ? list : List.of();
            for (int i = 0; i < results.size(); i++) {
                submitted((MigrationTask) tasks.get(i), (SubmitResult) results.get(i), call.argument(1, String.class));
            }
            if (tasks.size() > 1) {
                boolean whole = results.getFirst() instanceof SubmitResult.Submitted;
                world.count(whole ? "a bundle submitted whole" : "a bundle refused whole");
            }
        }

        private void submitted(MigrationTask task, SubmitResult result, String by) {
            switch (result) {
                case SubmitResult.Submitted submitted
                when submitted.isNew() -> {
                    world.note(
                            "submitted %s of %s to %s by %s".formatted(task.id(), task.vm(), task.destination(), by));
                    committed.run();
                }
                case SubmitResult.Submitted _ -> world.count("submitted again, once there");
                case SubmitResult.Refused _ -> {}
            }
        }
    }
}
