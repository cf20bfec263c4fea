package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.HostId;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.schema.inspection.DatabaseInspection.Login;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a login may do in the database: all that its program needs, and no more.
 *
 * @param host of the worker; null: a scheduler's login
 */
public record DatabaseRightsCheck(
        DatabaseInspection database, @Nullable HostId host) implements DoctorCheck {
    @Override
    public String name() {
        return "database rights";
    }

    @Override
    public List<Finding> look() throws Exception {
        return DatabaseQuestion.of(() -> {
            var findings = new ArrayList<Finding>();
            String remedy = host == null
                    ? "drover schema migrate; database.user must be drover_scheduler"
                    : "drover schema migrate, then drover schema host " + host;
            List<String> lacking = database.lackingRights(host == null ? Login.SCHEDULER : Login.WORKER);
            if (!lacking.isEmpty()) {
                findings.add(Finding.fail("the login lacks " + lacking.size() + " rights: " + some(lacking), remedy));
            } else if (host == null) {
                database.ping();
                findings.add(Finding.ok("the login has the rights of a scheduler, and a write was committed"));
            } else {
                findings.add(ofHost(host, remedy));
            }
            if (database.isUnbound()) {
                findings.add(Finding.warn(
                        "the login may do everything in the database", "use the login that drover schema makes"));
            }
            return findings;
        });
    }

    private Finding ofHost(HostId wanted, String remedy) {
        HostId own;
        try {
            own = database.ownHost();
        } catch (IllegalStateException e) {
            return Finding.fail("the login is for no host: " + e.getMessage(), remedy);
        }
        return own.equals(wanted)
                ? Finding.ok("the login is the one of host " + wanted + ", with the rights of a worker")
                : Finding.fail(
                        "the login is the one of host " + own + ", not of " + wanted, "correct database.user, or host");
    }

    private static String some(List<String> all) {
        int shown = Math.min(3, all.size());
        return String.join(", ", all.subList(0, shown)) + (shown < all.size() ? ", …" : "");
    }
}
