package io.drover.cli.doctor;

import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.BrokerTls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The certificates that a configuration names for its ways to RabbitMQ and PostgreSQL. */
final class NamedCertificates {
    private static final Pattern OF_DATABASE = Pattern.compile("[?&]sslrootcert=([^&]+)");

    private NamedCertificates() {}

    static List<Path> of(BrokerConfig broker, String databaseUrl) {
        var files = new ArrayList<Path>();
        BrokerTls tls = broker.tls();
        if (tls != null) {
            files.add(tls.authorities());
            if (tls.own() != null) {
                files.add(tls.own().certificate());
            }
        }
        Matcher named = OF_DATABASE.matcher(databaseUrl);
        if (named.find()) {
            files.add(Path.of(named.group(1)));
        }
        return files.stream().distinct().toList();
    }
}
