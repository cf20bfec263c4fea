package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.CommandOutput;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import java.util.List;

/**
 * Who looks: everything else is judged by that user's rights.
 *
 * @param service the user that the packages' services run as
 */
public record AccountCheck(String user, String service) implements DoctorCheck {
    public static AccountCheck ofThisProcess() {
        return new AccountCheck(System.getProperty("user.name"), "drover");
    }

    @Override
    public String name() {
        return "account";
    }

    @Override
    public List<Finding> look() throws Exception {
        String groups = CommandOutput.of(List.of("id", "-Gn")).text();
        String found = "judged by the rights of user " + user + ", of the groups " + groups.replace(" ", ", ");
        if (user.equals(service)) {
            return List.of(Finding.ok(found));
        }
        String remedy = "where the service runs as " + service + ": runuser -u " + service + " -- drover doctor";
        return List.of(Finding.warn(found + ", not of the service's user " + service, remedy));
    }
}
