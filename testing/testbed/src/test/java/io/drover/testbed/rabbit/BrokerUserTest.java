package io.drover.testbed.rabbit;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BrokerUserTest {
    @Test
    @Tag("attack")
    @DisplayName("A6: what users may do is documented as it is tested")
    void theManualSaysTheSame() throws IOException {
        String manual = Files.readString(Path.of("../../docs/operating/broker.md"));
        var host = BrokerUser.host(new HostId("h1"), "");
        for (BrokerUser user : new BrokerUser[] {BrokerUser.scheduler(""), host, BrokerUser.controller("nova", "")}) {
            String patterns = quoted(user.configure(), user.write(), user.read());
            assertThat(manual).contains("rabbitmqctl set_permissions " + user.name() + " " + patterns + "\n");
            for (BrokerUser.Topic topic : user.topics()) {
                assertThat(manual)
                        .contains("rabbitmqctl set_topic_permissions " + user.name() + " " + topic.exchange() + " "
                                + quoted(topic.write(), topic.read()) + "\n");
            }
        }
    }

    @Test
    void aDotInAHostsNameStandsForItself() {
        assertThat(BrokerUser.host(new HostId("h1.example"), "").configure())
                .isEqualTo("^drover_worker\\.h1\\.example$");
    }

    private static String quoted(String... patterns) {
        return String.join(
                " ", Stream.of(patterns).map(pattern -> "'" + pattern + "'").toList());
    }
}
