package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"25006", "42501"})
    @Tag("attack")
    @DisplayName("F4: a reason is one line, without the functions it happened in")
    void aReasonIsOneLine(String state) {
        String said = "ERROR: cannot execute UPDATE\n  Where: PL/pgSQL function drover.f() line 3 at SQL statement";
        assertThat(SqlErrors.translated(new SQLException(said, state)).getMessage())
                .endsWith(": cannot execute UPDATE")
                .doesNotContain("ERROR");
    }

    @ParameterizedTest
    @CsvSource({
        "25006, true",
        "57P01, true",
        "57P02, true",
        "57P03, true",
        "08006, true",
        "08P01, true",
        "57014, false",
        "40001, false",
        "53300, false",
        "42501, false",
        "25P02, false"
    })
    @Tag("attack")
    @DisplayName("F4: what a connection is dropped for, and all others with it")
    void someErrorsAreTheServers(String state, boolean server) {
        assertThat(SqlErrors.isOfTheServer(new SQLException("why", state))).isEqualTo(server);
        assertThat(SqlErrors.isOfTheServer(new SQLException("without a state"))).isFalse();
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
