package io.drover.worker.hypervisor.qemu.process;

import io.drover.worker.pki.Encryption;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Memory and mirrors that travel unencrypted stay on this machine. */
public final class LoopbackAddress {
    private LoopbackAddress() {}

    /** Returns the address; refuses ({@link IllegalArgumentException}) one where nothing may travel unencrypted. */
    public static String check(String address, Encryption encryption) {
        return encryption.loopbackOnly() ? requireLoopback(address) : address;
    }

    private static String requireLoopback(String address) {
        try {
            if (InetAddress.getByName(address).isLoopbackAddress()) {
                return address;
            }
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("address: '" + address + "' is not known", e);
        }
        throw new IllegalArgumentException(
                "address: " + address + " is not a loopback address, and the transfer is not encrypted");
    }
}
