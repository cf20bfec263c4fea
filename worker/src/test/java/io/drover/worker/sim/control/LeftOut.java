package io.drover.worker.sim.control;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** A port of which some acts are left out or done otherwise. */
public final class LeftOut {
    private LeftOut() {}

    /** One call of the whole port, to be made or not. */
    public interface Call {
        String name();

        /** The argument at this place. */
        <T> T argument(int index, Class<T> type);

        @Nullable
        Object make() throws Exception;
    }

    /** What is done in the place of a call. */
    @FunctionalInterface
    public interface Instead {
        @Nullable
        Object of(Call call) throws Exception;
    }

    public static <T> T of(Class<T> port, T whole, Instead instead) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(),
                new Class<?>[] {port},
                (proxy, method, arguments) -> instead.of(new Whole(whole, method, arguments))));
    }

    private static final class Whole implements Call {
        private final Object port;
        private final Method method;
        private final @Nullable Object @Nullable [] arguments;

        Whole(Object port, Method method, @Nullable Object @Nullable [] arguments) {
            this.port = port;
            this.method = method;
            this.arguments = arguments;
        }

        @Override
        public String name() {
            return method.getName();
        }

        @Override
        public <T> T argument(int index, Class<T> type) {
            if (arguments == null) {
                throw new IllegalStateException(name() + " has no arguments");
            }
            return type.cast(arguments[index]);
        }

        @Override
        public @Nullable Object make() throws Exception {
            try {
                return method.invoke(port, arguments);
            } catch (InvocationTargetException e) {
                switch (e.getCause()) {
                    case Exception cause -> throw cause;
                    case Error cause -> throw cause;
                    case null, default -> throw e;
                }
            }
        }
    }
}
