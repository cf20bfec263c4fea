package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.text.FileProblem;
import io.drover.worker.hypervisor.qemu.process.HostNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The bridges of the networks that VMs' cards can be on, and who makes the taps.
 *
 * @param networks {@code qemu.networks}
 * @param unit whether the VMs' units make the taps; else QEMU's helper does
 * @param tools where the host has what makes taps
 */
public record NetworksCheck(HostNetworks networks, boolean unit, Tools tools) implements DoctorCheck {
    /**
     * Where things are on a host.
     *
     * @param helper {@code qemu-bridge-helper}
     * @param allowed the helper's configuration
     * @param device by which taps are opened
     */
    public record Tools(Path helper, Path allowed, Path device) {
        /** Debian's. */
        public static final Tools DEBIAN = new Tools(
                Path.of("/usr/lib/qemu/qemu-bridge-helper"), Path.of("/etc/qemu/bridge.conf"), Path.of("/dev/net/tun"));
    }

    private static final int SET_USER = 04000;

    @Override
    public String name() {
        return "networks";
    }

    @Override
    public List<Finding> look() {
        if (networks.bridges().isEmpty()) {
            return List.of(Finding.ok("none are configured: VMs whose cards are on a network cannot run here"));
        }
        var findings = new ArrayList<Finding>();
        new TreeMap<>(networks.bridges()).forEach((network, bridge) -> findings.add(ofBridge(network, bridge)));
        findings.addAll(unit ? List.of(ofDevice()) : ofHelper());
        return findings;
    }

    private Finding ofBridge(String network, String bridge) {
        return networks.isBridge(bridge)
                ? Finding.ok(network + " is bridge " + bridge)
                : Finding.fail(
                        network + " is to be bridge " + bridge + ", and there is no bridge of that name",
                        "create it (ip link add " + bridge + " type bridge), or correct qemu.networks");
    }

    private Finding ofDevice() {
        if (!Files.exists(tools.device())) {
            return Finding.fail("QEMU cannot open taps: there is no " + tools.device(), "modprobe tun");
        }
        return Files.isWritable(tools.device())
                ? Finding.ok("taps can be opened")
                : Finding.fail(
                        "QEMU cannot open taps: " + tools.device() + ": " + FileProblem.denied(tools.device()),
                        "chmod 666 " + tools.device() + ", as udev has it: it lets nobody make a tap");
    }

    private List<Finding> ofHelper() {
        var findings = new ArrayList<Finding>();
        findings.add(ofRights());
        try {
            List<String> lines = Files.readAllLines(tools.allowed());
            for (String bridge : new TreeMap<>(networks.bridges()).values()) {
                if (lines.stream().noneMatch(line -> allows(line.strip(), bridge))) {
                    findings.add(Finding.fail(
                            tools.allowed() + " does not allow bridge " + bridge, "add the line: allow " + bridge));
                }
            }
        } catch (IOException e) {
            findings.add(Finding.fail(
                    "qemu-bridge-helper allows no bridge: " + FileProblem.told(e),
                    "create it, readable by QEMU's user, with a line for each bridge, such as: allow br0"));
        }
        return findings;
    }

    /** Whatever another file allows is not looked into. */
    private static boolean allows(String line, String bridge) {
        return List.of("allow " + bridge, "allow all").contains(line.replaceAll("\\s+", " "))
                || line.startsWith("include ");
    }

    private Finding ofRights() {
        String remedy = "dpkg-statoverride --update --add root drover 4750 " + tools.helper() + "; or run VMs in units:"
                + " qemu.unit = drover-guest@";
        try {
            int mode = (int) Files.getAttribute(tools.helper(), "unix:mode");
            return (mode & SET_USER) != 0
                    ? Finding.ok(tools.helper() + " makes taps")
                    : Finding.warn(
                            tools.helper() + " is not set-user-id: it makes taps only where it has the capability"
                                    + " cap_net_admin, or QEMU is root's",
                            remedy);
        } catch (IOException e) {
            return Finding.fail("nothing makes taps: " + FileProblem.told(e), "apt install qemu-system-common");
        }
    }
}
