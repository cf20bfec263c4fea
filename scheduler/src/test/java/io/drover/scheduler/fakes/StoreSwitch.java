package io.drover.scheduler.fakes;

import io.drover.messages.Failure;
import io.drover.messages.MigrationTask;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stands before a store: counts its calls, and makes the database away or full. */
public final class StoreSwitch {
    public int calls;
    public boolean available = true;
    /** What every submission is refused for. */
    public @Nullable Failure refuseSubmissions;

    /** The store behind this switch. */
    public SchedulerStore before(SchedulerStore store) {
        return (SchedulerStore) Proxy.newProxyInstance(
                SchedulerStore.class.getClassLoader(),
                new Class<?>[] {SchedulerStore.class},
                (proxy, method, arguments) -> call(store, method, arguments));
    }

    private @Nullable Object call(SchedulerStore store, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        calls++;
        if (!available) {
            throw new StoreUnavailableException("connection refused");
        }
        if (refuseSubmissions != null && method.getName().startsWith("submit") && arguments != null) {
            var refused = new SubmitResult.Refused(refuseSubmissions, "destination");
            return arguments[0] instanceof MigrationTask
                    ? refused
                    : ((List<?>) arguments[0]).stream().map(task -> refused).toList();
        }
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
