package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.VmId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** How QEMU, which may make no network device, gets the tap of a card that is on a bridge (decision 0047). */
public final class GuestTaps {
    /** As many as a UUID has before the digit that tells its version. */
    private static final int DIGITS = 12;

    private GuestTaps() {}

    /**
     * The {@code -netdev} for a tap that QEMU's own helper makes: {@code qemu-bridge-helper}, for the bridges that {@code
     * /etc/qemu/bridge.conf} allows. It goes when QEMU ends.
     */
    public static String ofHelper(String bridge) {
        return "bridge,br=" + bridge;
    }

    /** The {@code -netdev} for a tap that is there, made by the VM's unit for QEMU's user and removed by it. */
    public static String ofUnit(VmId vm, int card) {
        return "tap,ifname=" + name(vm, card) + ",script=no,downscript=no";
    }

    /**
     * What {@code packaging/drover-worker/root/usr/lib/drover/bin/guest-network} calls the tap of a card: a device's name has 15
     * characters at most, so the VM's id is shortened by MD5.
     */
    public static String name(VmId vm, int card) {
        UUID digest = UUID.nameUUIDFromBytes(vm.toString().getBytes(StandardCharsets.UTF_8));
        return "d" + digest.toString().replace("-", "").substring(0, DIGITS) + "-" + card;
    }
}
