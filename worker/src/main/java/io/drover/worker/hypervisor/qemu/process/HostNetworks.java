package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.NetworkCard;
import io.drover.messages.VmDefinition;
import io.drover.messages.text.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The networks of the fleet that this host has, each by one of its bridges.
 *
 * @param bridges names of Linux bridges, by the networks' names
 * @param devices {@code /sys/class/net}: the host's network devices
 */
public record HostNetworks(Map<String, String> bridges, Path devices) {
    /** Written for a host without networks. */
    public static final String NONE = "none";

    private static final Path DEVICES = Path.of("/sys/class/net");
    /** What a device may be called (dev_valid_name of Linux), less what option lists and shells would take for theirs. */
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");

    public HostNetworks {
        bridges = Map.copyOf(bridges);
    }

    /** A host without networks: only cards that lead nowhere are offered. */
    public static HostNetworks none() {
        return new HostNetworks(Map.of(), DEVICES);
    }

    /**
     * Reads for example {@code lan:br0,storage:br1}; {@code none} for none.
     *
     * @throws IllegalArgumentException saying what is wrong
     */
    public static HostNetworks parse(String text) {
        var bridges = new TreeMap<String, String>();
        for (String entry : text.equals(NONE) ? new String[0] : text.split(",", -1)) {
            String[] parts = entry.strip().split(":", -1);
            if (parts.length != 2
                    || !NetworkCard.isNetwork(parts[0])
                    || !DEVICE.matcher(parts[1]).matches()) {
                throw new IllegalArgumentException(
                        "'" + Shown.text(entry.strip()) + "' is not a network and its bridge, such as lan:br0");
            }
            if (bridges.put(parts[0], parts[1]) != null) {
                throw new IllegalArgumentException("network " + parts[0] + " stands twice");
            }
        }
        return new HostNetworks(bridges, DEVICES);
    }

    /**
     * The bridges that a VM's cards are to be on, by the cards' places; those that lead nowhere are left out.
     *
     * @throws IOException naming the card, the network and what to do, where this host does not have it
     */
    public Map<Integer, String> of(VmDefinition vm) throws IOException {
        var found = new TreeMap<Integer, String>();
        int card = 0;
        for (NetworkCard defined : vm.networkCards().list()) {
            String network = defined.network();
            if (network != null) {
                found.put(card, bridge("network card " + card + ": network " + network, network));
            }
            card++;
        }
        return found;
    }

    private String bridge(String what, String network) throws IOException {
        String bridge = bridges.get(network);
        if (bridge == null) {
            throw new IOException(what + " is not offered by this host: add " + network
                    + ":BRIDGE to qemu.networks in its worker's configuration, and restart the worker");
        }
        if (!isBridge(bridge)) {
            throw new IOException(what + " is bridge " + bridge + " on this host, and "
                    + (Files.exists(devices.resolve(bridge))
                            ? "that device is no bridge: correct qemu.networks"
                            : "there is no such device: create it, or correct qemu.networks"));
        }
        return bridge;
    }

    /** Whether there is a bridge of this name, Linux's own. */
    public boolean isBridge(String name) {
        return Files.isDirectory(devices.resolve(name).resolve("bridge"));
    }
}
