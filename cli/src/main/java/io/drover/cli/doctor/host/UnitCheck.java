package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.CommandOutput;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The units of systemd: that the service may write to its folders from within its sandbox, as the user who looks, and
 * that there is one for VMs.
 *
 * @param systemctl the command
 * @param unit of the service
 * @param written folders that it writes to
 * @param guests template of the VMs' units; null: they have none
 */
public record UnitCheck(
        String systemctl,
        String unit,
        List<Path> written,
        @Nullable String guests) implements DoctorCheck {
    private static final String SHOWN = "LoadState,User,ProtectSystem,ReadWritePaths,StateDirectory,RuntimeDirectory";

    @Override
    public String name() {
        return "units";
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try {
            findings.addAll(ofService(show(unit)));
            if (guests != null) {
                // Of a template only instances can be shown.
                findings.add(ofGuests(show(guests + "00000000-0000-0000-0000-000000000000.service")));
            }
            return findings;
        } catch (IOException e) {
            return List.of(
                    guests == null
                            ? Finding.ok("there is no systemd here")
                            : Finding.fail(
                                    "qemu.unit = " + guests + ", and there is no systemd here",
                                    "set qemu.unit = none"));
        }
    }

    private Map<String, String> show(String name) throws IOException, InterruptedException {
        CommandOutput shown = CommandOutput.of(List.of(systemctl, "show", "--property=" + SHOWN, name));
        if (shown.exitCode() != 0) {
            throw new IOException(shown.text());
        }
        return shown.properties();
    }

    private List<Finding> ofService(Map<String, String> shown) {
        if (!shown.getOrDefault("LoadState", "").equals("loaded")) {
            return List.of(Finding.ok("there is no unit " + unit + ": the program is run by other means"));
        }
        var findings = new ArrayList<Finding>();
        String user = shown.getOrDefault("User", "");
        String own = System.getProperty("user.name");
        if (!user.isEmpty() && !user.equals(own)) {
            findings.add(Finding.warn(
                    unit + " runs as " + user + ", and " + own + " looks", "runuser -u " + user + " -- drover doctor"));
        }
        if (shown.getOrDefault("ProtectSystem", "").equals("strict")) {
            List<Path> open = open(shown);
            for (Path folder : written) {
                if (open.stream().noneMatch(folder.normalize()::startsWith)) {
                    findings.add(Finding.fail(
                            unit + " may not write to " + folder + ": its sandbox has it read only",
                            "systemctl edit " + unit + ": [Service] ReadWritePaths=" + folder));
                }
            }
        }
        return findings.isEmpty() ? List.of(Finding.ok(unit + " may write to its folders")) : findings;
    }

    private static List<Path> open(Map<String, String> shown) {
        return Stream.of(
                        words(shown, "ReadWritePaths").map(word -> word.replaceFirst("^[-+]+", "")),
                        words(shown, "StateDirectory").map(word -> "/var/lib/" + word),
                        words(shown, "RuntimeDirectory").map(word -> "/run/" + word))
                .flatMap(words -> words)
                .map(Path::of)
                .toList();
    }

    private static Stream<String> words(Map<String, String> shown, String property) {
        return Arrays.stream(shown.getOrDefault(property, "").split(" ", -1)).filter(word -> !word.isEmpty());
    }

    private Finding ofGuests(Map<String, String> shown) {
        return shown.getOrDefault("LoadState", "").equals("loaded")
                ? Finding.ok("VMs run in units " + guests)
                : Finding.fail(
                        "qemu.unit: there is no unit " + guests + ".service",
                        "install the package drover-worker, or set qemu.unit = none");
    }
}
