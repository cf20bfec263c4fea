package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Whether guests run by KVM: a tiny one was booted with and without it.
 *
 * @param emulated whether the configuration asks for guests without KVM
 * @param device {@code /dev/kvm}
 */
public record AccelerationCheck(HypervisorProbe probe, boolean emulated, Path device) implements DoctorCheck {
    @Override
    public String name() {
        return "acceleration";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(2);
    }

    @Override
    public List<Finding> look() {
        try {
            return List.of(of(probe.facts().accelerator()));
        } catch (IOException e) {
            return List.of(Finding.notLookedAt("the hypervisor does not run"));
        }
    }

    Finding of(String accelerator) {
        if (accelerator.equals("kvm")) {
            return Finding.ok("a guest boots by KVM");
        }
        if (emulated) {
            return Finding.ok("guests are emulated, as qemu.accelerator = " + accelerator + " asks for");
        }
        String slow = "guests are emulated, many times slower: ";
        if (!Files.exists(device)) {
            return Finding.warn(
                    slow + "there is no " + device,
                    "switch virtualisation on in the firmware, modprobe kvm_intel or kvm_amd; or set qemu.accelerator = tcg");
        }
        if (!Files.isWritable(device)) {
            return Finding.warn(
                    slow + device + ": " + FileProblem.denied(device),
                    "usermod -aG kvm " + System.getProperty("user.name") + ", and restart the worker");
        }
        return Finding.warn(
                slow + "a guest does not boot by KVM as fast as without",
                "the host's own hypervisor does not nest well; set qemu.accelerator = tcg where that is to be");
    }
}
