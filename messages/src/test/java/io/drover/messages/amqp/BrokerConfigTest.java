package io.drover.messages.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BrokerConfigTest {
    @Test
    void readsItsKeysAndHidesThePassword() throws Exception {
        var settings = Settings.of(Map.of(
                "rabbit.host", "broker",
                "rabbit.port", "5673",
                "rabbit.user", "drover",
                "rabbit.password", "hush",
                "rabbit.queue-mode", "classic-durable"));
        BrokerConfig config = BrokerConfig.read(settings);
        settings.refuseUnknown();
        assertThat(config)
                .isEqualTo(new BrokerConfig("broker", 5673, "/", "drover", "hush", QueueMode.CLASSIC_DURABLE));
        assertThat(config.toString() + settings.effective()).doesNotContain("hush");
    }

    @Test
    void namesABadQueueMode() {
        var settings = Settings.of(Map.of("rabbit.user", "u", "rabbit.password", "p", "rabbit.queue-mode", "fast"));
        assertThatThrownBy(() -> BrokerConfig.read(settings))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("rabbit.queue-mode")
                .hasMessageContaining("classic-durable, classic-transient, quorum");
    }
}
