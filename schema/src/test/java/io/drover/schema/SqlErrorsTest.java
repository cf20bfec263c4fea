package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlErrorsTest {
    @ParameterizedTest
    @ValueSource(strings = {"08006", "08001", "57P01", "57P03", "57014", "53300", "40001", "40P01", "25006", "55P03"})
    void aDatabaseThatCannotWorkNowIsUnavailable(String state) {
        var error = new SQLException("why", state);
        assertThat(SqlErrors.translated(error))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("why")
                .hasCause(error);
    }

    @ParameterizedTest
    @ValueSource(strings = {"42501", "23505", "28P01", "42P01", "22P02"})
    void aWrongQuestionIsADefect(String state) {
        assertThat(SqlErrors.translated(new SQLException("why", state)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(state);
    }

    @Test
    void aPoolThatWaitedInVainIsUnavailableUnlessTheLoginWasRefused() {
        assertThat(SqlErrors.translated(new SQLTransientConnectionException("timed out")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(SqlErrors.translated(new SQLTimeoutException("timed out")))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(SqlErrors.translated(new SQLTransientConnectionException(
                        "timed out", null, 0, new SQLException("wrong password", "28P01"))))
                .isInstanceOf(IllegalStateException.class);
    }
}
