package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.HostId;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.BrokerInspection;
import io.drover.messages.amqp.BrokerInspection.Right;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The login into RabbitMQ, and what it may do there: by doing it.
 *
 * @param host of the worker; null: a scheduler's login
 */
public record BrokerCheck(BrokerConfig config, @Nullable HostId host) implements DoctorCheck {
    @Override
    public String name() {
        return "broker";
    }

    @Override
    public Duration limit() {
        return Duration.ofSeconds(60);
    }

    @Override
    public List<Finding> look() throws IOException {
        try (BrokerInspection broker = BrokerInspection.open(config)) {
            var findings = new ArrayList<Finding>();
            findings.add(Finding.ok(broker.server() + " at " + config.address() + " lets " + config.user() + " in"));
            if (config.tls() == null && !config.isLocal()) {
                findings.add(Finding.warn(
                        "passwords and messages cross the network in clear text",
                        "rabbit.encryption = tls, and rabbit.tls.ca"));
            }
            findings.addAll(rights(broker));
            return findings;
        } catch (IOException e) {
            return List.of(closed(e));
        }
    }

    private Finding closed(IOException e) {
        String why = FileProblem.told(e);
        String found = "RabbitMQ at " + config.address() + " as " + config.user() + ": " + why;
        boolean refused = why.contains("ACCESS_REFUSED") || why.contains("NOT_ALLOWED");
        return refused
                ? Finding.fail(
                        found,
                        "rabbitmqctl add_user, set_permissions (docs/operating/broker.md); rabbit.user, .password, .vhost")
                : Finding.away(found, "start it, let this host reach its port, or correct rabbit.host and rabbit.port");
    }

    private List<Finding> rights(BrokerInspection broker) throws IOException {
        HostId of = host;
        if (of != null && !broker.isPrepared()) {
            return List.of(Finding.warn(
                    "no scheduler has made the exchange drover_fleet yet, or rabbit.vhost is another: rights are not tried",
                    "start a scheduler, and look again"));
        }
        List<Right> rights = of == null ? broker.ofScheduler() : broker.ofWorker(of);
        var findings = new ArrayList<Finding>();
        for (Right right : rights) {
            String problem = right.problem();
            findings.add(
                    problem == null
                            ? Finding.ok(config.user() + " has the right " + right.name())
                            : Finding.fail(
                                    config.user() + " has no right " + right.name() + ": " + problem,
                                    "rabbitmqctl set_permissions and set_topic_permissions as docs/operating/broker.md says"));
        }
        return findings;
    }
}
