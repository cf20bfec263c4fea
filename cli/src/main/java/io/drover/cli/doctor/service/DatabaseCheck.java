package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.schema.inspection.DatabaseInspection.Server;
import java.util.ArrayList;
import java.util.List;

/**
 * The login into PostgreSQL: the server, its version, the encryption.
 *
 * @param url {@code database.url}
 */
public record DatabaseCheck(DatabaseInspection database, String url) implements DoctorCheck {
    private static final long OLDEST = 150_000;

    @Override
    public String name() {
        return "database";
    }

    @Override
    public List<Finding> look() {
        try {
            return of(database.server());
        } catch (StoreUnavailableException e) {
            return List.of(Finding.away(
                    e.getMessage() + " (" + url + ")",
                    "start it, let this host reach its port, or correct database.url"));
        } catch (IllegalStateException e) {
            return List.of(
                    Finding.fail(
                            e.getMessage() + " (" + url + ")",
                            "correct database.user and database.password; drover schema makes logins, pg_hba.conf lets them in"));
        }
    }

    List<Finding> of(Server server) {
        var findings = new ArrayList<Finding>();
        String shown = "PostgreSQL " + server.version();
        if (server.number() < OLDEST) {
            findings.add(Finding.fail(shown + " is too old", "use PostgreSQL 15 or newer"));
        }
        if (server.standby()) {
            findings.add(Finding.fail(
                    shown + " is a standby, which takes no writes",
                    "name all servers in database.url, with targetServerType=primary"));
        }
        boolean checked = url.contains("sslmode=verify-full");
        if (!server.local() && !checked) {
            findings.add(Finding.warn(
                    shown + ": the connection is "
                            + (server.encrypted() ? "encrypted, the server is not checked" : "not encrypted"),
                    "database.url: add sslmode=verify-full and sslrootcert"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok(shown + " lets this login in" + (server.encrypted() ? ", encrypted" : "")))
                : findings;
    }
}
