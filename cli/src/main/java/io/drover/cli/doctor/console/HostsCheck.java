package io.drover.cli.doctor.console;

import io.drover.cli.api.ApiClient;
import io.drover.cli.api.Documents;
import io.drover.cli.api.SchedulerLogin;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.CommandException;
import io.drover.cli.terminal.Units;
import io.drover.messages.api.HostDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Whether all hosts are heard of, and can use the broker. */
public record HostsCheck(SchedulerLogin login) implements DoctorCheck {
    /** As {@code drover vms} shows its VMs as unknown. */
    private static final Duration SILENT = Duration.ofSeconds(20);

    @Override
    public String name() {
        return "hosts";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        try (ApiClient client = ApiClient.of(login)) {
            Instant now = client.health().now();
            return of(Documents.list(client.get("/hosts"), HostDocument.class), now);
        } catch (CommandException e) {
            return List.of(Finding.notLookedAt(String.valueOf(e.getMessage())));
        }
    }

    private static List<Finding> of(List<HostDocument> hosts, Instant now) {
        var findings = new ArrayList<Finding>();
        for (HostDocument host : hosts) {
            Instant seen = host.lastSeen();
            Duration silence = seen == null ? SILENT : Duration.between(seen, now);
            if (silence.compareTo(SILENT) >= 0) {
                String told =
                        seen == null ? "was never heard of" : "was last heard of " + Units.duration(silence) + " ago";
                findings.add(Finding.warn(
                        host.id() + " " + told, "on that host: systemctl status drover-worker; drover doctor"));
            } else if (host.brokerTrouble() != null) {
                findings.add(Finding.fail(
                        host.id() + " cannot use the broker: " + host.brokerTrouble(), "on that host: drover doctor"));
            }
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(
                    hosts.isEmpty()
                            ? "no host has registered yet"
                            : hosts.size() + " hosts are heard of, and use the broker"));
        }
        return findings;
    }
}
