package io.drover.worker.hypervisor.qemu.process;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Memory and mirrors that travel unencrypted stay on this machine. */
final class LoopbackAddress {
    private LoopbackAddress() {}

    /** Returns the address; refuses ({@link IllegalArgumentException}) any that is not a loopback one. */
    static String check(String address) {
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
