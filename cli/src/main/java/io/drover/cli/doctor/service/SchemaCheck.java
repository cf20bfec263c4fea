package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.schema.ReplacedMigrationsException;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.schema.inspection.DatabaseInspection.SchemaDifference;
import java.util.ArrayList;
import java.util.List;

/** Whether the database has the schema of this program's version. */
public record SchemaCheck(DatabaseInspection database) implements DoctorCheck {
    private static final String MIGRATE = "drover schema migrate, of this version";

    @Override
    public String name() {
        return "schema";
    }

    @Override
    public List<Finding> look() throws Exception {
        return DatabaseQuestion.of(this::compare);
    }

    private List<Finding> compare() {
        try {
            return of(database.schema());
        } catch (ReplacedMigrationsException e) {
            return List.of(
                    Finding.fail(String.valueOf(e.getMessage()), "create a new database, and define the VMs again"));
        } catch (IllegalStateException e) {
            if (hasNone(e)) {
                return List.of(
                        Finding.fail("the database has no schema of Drover, or one of before this version", MIGRATE));
            }
            throw e;
        }
    }

    /** By SQLSTATE: no such function, no such schema, no right to it. */
    private static boolean hasNone(IllegalStateException e) {
        String message = String.valueOf(e.getMessage());
        return List.of("42883", "3F000", "42501").stream().anyMatch(message::contains);
    }

    static List<Finding> of(SchemaDifference difference) {
        var findings = new ArrayList<Finding>();
        if (!difference.missing().isEmpty()) {
            findings.add(Finding.fail(
                    "the database lacks migrations of this version: " + names(difference.missing()), MIGRATE));
        }
        if (!difference.unknown().isEmpty()) {
            findings.add(Finding.warn(
                    "the database has migrations that this version does not know: " + names(difference.unknown()),
                    "upgrade this program: schedulers before workers"));
        }
        if (!difference.other().isEmpty()) {
            boolean newer = !difference.unknown().isEmpty();
            String found = "the database has functions of another version: " + names(difference.other());
            findings.add(newer ? Finding.warn(found, "upgrade this program") : Finding.fail(found, MIGRATE));
        }
        return findings.isEmpty() ? List.of(Finding.ok("the database has the schema of this version")) : findings;
    }

    private static String names(List<String> scripts) {
        int shown = Math.min(3, scripts.size());
        return String.join(", ", scripts.subList(0, shown))
                + (shown < scripts.size() ? " and " + (scripts.size() - shown) + " more" : "");
    }
}
