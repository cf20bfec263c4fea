package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.CommandOutput;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The hypervisor and its tools: started, and new enough.
 *
 * @param tools beside the hypervisor, for qcow2 images
 */
public record HypervisorCheck(HypervisorProbe probe, List<String> tools) implements DoctorCheck {
    private static final Pattern VERSION = Pattern.compile("\\D*(\\d+)\\.(\\d+).*", Pattern.DOTALL);
    private static final int MAJOR = 7;
    private static final int MINOR = 2;

    @Override
    public String name() {
        return "hypervisor";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(2);
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try {
            findings.add(of(probe.facts().version()));
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "the hypervisor does not run: " + FileProblem.told(e),
                    "apt install qemu-system-x86, or correct qemu.binary and qemu.accelerator"));
        }
        for (String tool : tools) {
            findings.add(ofTool(tool));
        }
        return findings;
    }

    static Finding of(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches()) {
            return Finding.warn(version + ": its version is not understood", "use QEMU 7.2 or newer");
        }
        int major = Integer.parseInt(numbers.group(1));
        int minor = Integer.parseInt(numbers.group(2));
        boolean enough = major > MAJOR || (major == MAJOR && minor >= MINOR);
        return enough
                ? Finding.ok(version + " runs")
                : Finding.fail(version + " is too old", "install QEMU 7.2 or newer");
    }

    private static Finding ofTool(String tool) throws InterruptedException {
        String remedy = "for VMs with qcow2 images: apt install qemu-utils";
        try {
            CommandOutput said = CommandOutput.of(List.of(tool, "--version"));
            return said.exitCode() == 0
                    ? Finding.ok(said.text().lines().findFirst().orElse(tool))
                    : Finding.warn(tool + " ends with " + said.exitCode(), remedy);
        } catch (IOException e) {
            return Finding.warn(tool + " cannot be run", remedy);
        }
    }
}
