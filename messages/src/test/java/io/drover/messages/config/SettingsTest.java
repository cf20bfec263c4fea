package io.drover.messages.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
    @ParameterizedTest
    @DisplayName("O12: times are written as everywhere, or as bare numbers of the key's unit")
    @CsvSource({"30, 30000", "0.25, 250", "1e2, 100000", "30s, 30000", "500ms, 500", "5min, 300000", "PT1M30S, 90000"})
    void spansOfTime(String text, long millis) throws ConfigException {
        Duration expected = Duration.ofMillis(millis);
        assertThat(Settings.of(Map.of("pause_s", text)).seconds("pause_s", 1, 0.1, 3600))
                .isEqualTo(expected);
    }

    @Test
    void millisecondsAreTheUnitOfTheirKeys() throws ConfigException {
        assertThat(Settings.of(Map.of("pause_ms", "300")).millis("pause_ms", 1, 1, 5000))
                .isEqualTo(Duration.ofMillis(300));
        assertThat(Settings.of(Map.of("pause_ms", "2s")).millis("pause_ms", 1, 1, 5000))
                .isEqualTo(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({"2h", "50ms", "ten", "-1", "s", "1x", "P1"})
    void whatIsNoneOrOutOfBoundsIsRefusedByNameAndShape(String text) {
        assertThatThrownBy(() -> Settings.of(Map.of("pause_s", text)).seconds("pause_s", 1, 0.1, 3600))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "pause_s: '" + text + "' is not a number of seconds from 0.1 to 3600, or a span of time such"
                                + " as 500ms, 90s or 5min");
    }

    @Test
    @DisplayName("O13: what the file says is told apart from what is as documented")
    void whatIsGiven() throws ConfigException {
        Settings settings = Settings.of(Map.of("a", "1", "password", "secret"));
        settings.text("a");
        settings.text("b", "2");
        settings.secret("password");
        assertThat(settings.given()).isEqualTo(Map.of("a", "1", "password", "********"));
        assertThat(settings.effective()).containsKeys("a", "b", "password");
    }
}
