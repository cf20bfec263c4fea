package io.drover.cli.doctor;

import io.drover.cli.doctor.Examination.Examined;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.cli.terminal.ExitCode;
import io.drover.cli.terminal.Terminal;
import io.drover.messages.json.DroverJson;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What doctor found of one or more programs, for people and for programs, and its exit code. */
final class DoctorReport {
    /**
     * A line, as {@code --json} prints it.
     *
     * @param program {@code worker}, {@code scheduler} or {@code console}
     * @param source what the program is configured by
     * @param level {@code ok}, {@code warn} or {@code fail}
     */
    record Line(
            String program,
            String source,
            String check,
            String level,
            String found,
            @Nullable String remedy) {}

    private record Part(String program, String source, List<Examined> examined) {}

    private final List<Part> parts = new ArrayList<>();

    void add(String program, String source, List<Examined> examined) {
        parts.add(new Part(program, source, examined));
    }

    /** Of what stands in the way of every check. */
    void add(String program, String source, Finding finding) {
        add(program, source, List.of(new Examined("configuration", List.of(finding))));
    }

    private List<Finding> findings() {
        return parts.stream()
                .flatMap(part -> part.examined().stream())
                .flatMap(examined -> examined.findings().stream())
                .toList();
    }

    /** Warnings are no failure; {@link ExitCode#UNREACHABLE} when a service is away and nothing else is wrong. */
    ExitCode exitCode() {
        List<Finding> failures = findings().stream()
                .filter(finding -> finding.level() == Level.FAIL)
                .toList();
        if (failures.isEmpty()) {
            return ExitCode.OK;
        }
        return failures.stream().allMatch(Finding::away) ? ExitCode.UNREACHABLE : ExitCode.USAGE;
    }

    void print(Terminal terminal, boolean json) {
        if (json) {
            terminal.out().println(DroverJson.mapper().writeValueAsString(lines()));
        } else {
            parts.forEach(part -> print(terminal.out(), part));
            terminal.out()
                    .println(count(Level.FAIL) + " FAIL, " + count(Level.WARN) + " WARN, " + count(Level.OK) + " OK");
        }
        terminal.out().flush();
    }

    private List<Line> lines() {
        var lines = new ArrayList<Line>();
        for (Part part : parts) {
            for (Examined examined : part.examined()) {
                for (Finding finding : examined.findings()) {
                    lines.add(new Line(
                            part.program(),
                            part.source(),
                            examined.check(),
                            finding.level().name().toLowerCase(Locale.ROOT),
                            finding.found(),
                            finding.remedy()));
                }
            }
        }
        return lines;
    }

    private static void print(PrintWriter out, Part part) {
        out.println(part.program() + " (" + part.source() + ")");
        for (Examined examined : part.examined()) {
            for (Finding finding : examined.findings()) {
                out.printf(Locale.ROOT, "  %-4s  %-15s  %s%n", finding.level(), examined.check(), finding.found());
                if (finding.remedy() != null) {
                    out.printf(Locale.ROOT, "  %-4s  %-15s  -> %s%n", "", "", finding.remedy());
                }
            }
        }
        out.println();
    }

    private long count(Level level) {
        return findings().stream().filter(finding -> finding.level() == level).count();
    }
}
