package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.HostId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a worker says that it is.
 *
 * @param address {@code peer.address}
 */
public record AddressCheck(HostId host, String address) implements DoctorCheck {
    @Override
    public String name() {
        return "names";
    }

    @Override
    public List<Finding> look() throws IOException {
        var findings = new ArrayList<Finding>();
        findings.add(ofAddress());
        findings.add(ofName());
        return findings;
    }

    private Finding ofAddress() throws IOException {
        InetAddress resolved;
        try {
            resolved = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            return Finding.fail(
                    "peer.address: no resolver knows " + address,
                    "write an address in its place, or add the name to the DNS or to /etc/hosts");
        }
        String shown = "peer.address: " + address;
        if (resolved.isAnyLocalAddress()) {
            return Finding.fail(
                    shown + " is what the other hosts are told, and no address that they can reach",
                    "name the address of this host in the network between the hosts");
        }
        if (!isHere(resolved)) {
            return Finding.fail(
                    shown + " is no address of this host",
                    "correct it, or give the address to an interface: ip address");
        }
        return resolved.isLoopbackAddress()
                ? Finding.warn(
                        shown + " is reached from this host alone",
                        "name the address of this host in the network between the hosts")
                : Finding.ok(shown + " is an address of this host");
    }

    private Finding ofName() throws IOException {
        try {
            InetAddress resolved = InetAddress.getByName(host.value());
            return isHere(resolved)
                    ? Finding.ok("host: the name " + host + " leads here, to " + resolved.getHostAddress())
                    : Finding.warn(
                            "host: the name " + host + " leads to " + resolved.getHostAddress() + ", not to this host",
                            "correct the DNS or /etc/hosts, or the key host; workers themselves use peer.address");
        } catch (UnknownHostException e) {
            return Finding.warn(
                    "host: no resolver knows the name " + host,
                    "add it to the DNS or to /etc/hosts; workers themselves use peer.address");
        }
    }

    private static boolean isHere(InetAddress resolved) throws IOException {
        return resolved.isLoopbackAddress() || NetworkInterface.getByInetAddress(resolved) != null;
    }
}
