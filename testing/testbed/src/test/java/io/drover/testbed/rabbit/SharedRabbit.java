package io.drover.testbed.rabbit;

import io.drover.messages.HostId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One broker for all classes of a test run; its folder goes with it. */
final class SharedRabbit implements BeforeAllCallback, ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedRabbit.class);

    static final BrokerUser SCHEDULER = BrokerUser.scheduler("of tests");
    static final BrokerUser GOOD = BrokerUser.host(new HostId("good"), "of good");
    static final BrokerUser EVIL = BrokerUser.host(new HostId("evil"), "of evil");
    /** A host that an administrator gave more than it needs: the default exchange, over which every queue is reached. */
    static final BrokerUser TRUSTED = new BrokerUser(
            "drover-host-trusted",
            "of trusted",
            EVIL.configure(),
            "^(amq\\.default|drover_fleet)$",
            EVIL.read(),
            List.of());

    static final BrokerUser CONTROLLER = BrokerUser.controller("nova", "of nova");
    private static final List<BrokerUser> USERS = List.of(SCHEDULER, GOOD, EVIL, TRUSTED, CONTROLLER);

    private record Running(TestRabbit rabbit, Path folder) implements AutoCloseable {
        static Running start() {
            try {
                Path folder = Files.createTempDirectory(Path.of("target"), "rabbit");
                return new Running(TestRabbit.start(folder, USERS), folder);
            } catch (Exception e) {
                throw new IllegalStateException("cannot start RabbitMQ", e);
            }
        }

        @Override
        public void close() throws IOException {
            rabbit.close();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        var _ = running(context);
    }

    private static Running running(ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, key -> Running.start(), Running.class);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestRabbit.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return running(context).rabbit();
    }
}
