package io.drover.schema.support;

import io.drover.testbed.postgres.TestPostgres;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One PostgreSQL for the whole run and one migrated database a test class, for parameters of these types. */
public final class PostgresExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type.equals(TestDatabase.class) || type.equals(TestPostgres.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        TestPostgres postgres = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(TestPostgres.class, key -> TestPostgres.start(), TestPostgres.class);
        if (parameter.getParameter().getType().equals(TestPostgres.class)) {
            return postgres;
        }
        ExtensionContext ofClass =
                context.getTestClass().isPresent() && context.getTestMethod().isPresent()
                        ? context.getParent().orElseThrow()
                        : context;
        return ofClass.getStore(NAMESPACE)
                .computeIfAbsent(TestDatabase.class, key -> TestDatabase.create(postgres), TestDatabase.class);
    }
}
