package io.drover.cli.doctor.fleet;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.service.DatabaseQuestion;
import io.drover.messages.HostId;
import io.drover.messages.ProgramVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Whether all programs are of one version.
 *
 * @param own of who looks
 * @param told what programs say of themselves
 */
public record VersionsCheck(String own, Callable<List<Told>> told) implements DoctorCheck {
    private static final String UNKNOWN = "an unknown version";

    /**
     * A program's version.
     *
     * @param who for example {@code the worker of h1}
     * @param version null: it has not told it
     */
    public record Told(String who, @Nullable String version) {
        public static Told ofWorker(HostId host, @Nullable String version) {
            return new Told("the worker of " + host, version);
        }
    }

    public VersionsCheck(Callable<List<Told>> told) {
        this(ProgramVersion.current().toString(), told);
    }

    @Override
    public String name() {
        return "versions";
    }

    @Override
    public List<Finding> look() throws Exception {
        return DatabaseQuestion.of(() -> compare(told.call()));
    }

    private List<Finding> compare(List<Told> all) {
        Map<String, List<String>> others = new TreeMap<>();
        for (Told one : all) {
            String version = Objects.requireNonNullElse(one.version(), UNKNOWN);
            if (!version.equals(own)) {
                others.computeIfAbsent(version, _ -> new ArrayList<>()).add(one.who());
            }
        }
        if (others.isEmpty()) {
            return List.of(Finding.ok(own + ", as all " + all.size() + " others"));
        }
        var findings = new ArrayList<Finding>();
        others.forEach((version, who) -> findings.add(Finding.warn(
                version + ": " + String.join(", ", who) + "; this is " + own,
                "finish the upgrade: drover schema migrate, schedulers, then workers")));
        return findings;
    }
}
