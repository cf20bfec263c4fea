package io.drover.messages.metrics;

import io.drover.messages.ProgramVersion;
import io.drover.messages.tls.Pem;
import io.drover.messages.tls.PkiFiles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Supplier;

/** The meters of one program, with what every program has: its version, its memory, its certificates, its services. */
public final class ProgramMeters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    /** {@code program}: {@code scheduler} or {@code worker}. */
    public ProgramMeters(String program) {
        ProgramVersion built = ProgramVersion.current();
        Gauge.builder("drover.build.info", () -> 1)
                .description("What the program was built from; the value is 1.")
                .tag("program", program)
                .tag("version", built.version())
                .tag("commit", built.commit())
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
    }

    /** Where the parts of the program register theirs. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Adds families that are made anew for each scrape. */
    public void add(MultiCollector collector) {
        registry.getPrometheusRegistry().register(collector);
    }

    /** The last instant of a certificate that the program shows or trusts. */
    public void certificate(String use, X509Certificate certificate) {
        long end = certificate.getNotAfter().toInstant().getEpochSecond();
        Gauge.builder("drover.certificate.expiry.timestamp", () -> end)
                .description("Last instant at which a certificate is valid, of those that the program loaded.")
                .baseUnit("seconds")
                .tag("certificate", use)
                .register(registry);
    }

    /** The certificate and the authority of a folder that {@code drover pki} made. */
    public void certificates(PkiFiles files) throws IOException {
        certificate("host", Pem.certificate(files.certificate()));
        certificate("authority", Pem.certificate(files.authority()));
    }

    /**
     * Whether what the program needs is there.
     *
     * @param database why the database could not be used when it was last asked; empty: it could
     * @param broker the same of the broker
     * @param hanging a loop that hangs
     */
    public void needs(
            Supplier<Optional<String>> database,
            Supplier<Optional<String>> broker,
            Supplier<Optional<String>> hanging) {
        flag(
                "drover.database.connected",
                "1 while the database could be used when it was last asked, else 0.",
                database);
        flag("drover.broker.connected", "1 while the broker takes messages from the program, else 0.", broker);
        flag("drover.loops.healthy", "0 while one of the program's loops hangs, else 1.", hanging);
    }

    private void flag(String name, String description, Supplier<Optional<String>> trouble) {
        Gauge.builder(name, () -> trouble.get().isEmpty() ? 1 : 0)
                .description(description)
                .register(registry);
    }

    /** The text format of Prometheus. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }
}
