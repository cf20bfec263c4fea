package io.drover.worker.hypervisor.libvirt.domain.destination;

import io.drover.messages.config.ConfigException;
import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.destination.NetworkTarget.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where disks and network cards of arriving domains go on this host: three keys of its worker's configuration. Each is a
 * list {@code from=to, from=to}, with the other hosts' name first; a name that is the same here is written twice. Spaces
 * around names do not count, and no name may hold a comma or an equals sign.
 *
 * <table>
 * <caption>Entries</caption>
 * <tr><td>{@code libvirt.pools}</td><td>{@code /folder=/folder}: images in and below the first folder, the entry with the
 * longest one counts. {@code pool=pool} and {@code pool=/folder}: volumes of a pool. What goes below {@code /dev} becomes a
 * block device, all else a file.</td></tr>
 * <tr><td>{@code libvirt.bridges}</td><td>{@code bridge=bridge}, {@code bridge=network:name}: cards on a bridge, of Linux
 * or of Open vSwitch. {@code device=device}: macvtap cards (type {@code direct}).</td></tr>
 * <tr><td>{@code libvirt.networks}</td><td>{@code network=network}, {@code network=bridge:name}: cards of a network of
 * libvirt.</td></tr>
 * </table>
 */
public final class HostMaps {
    public static final String POOLS = "libvirt.pools";
    public static final String BRIDGES = "libvirt.bridges";
    public static final String NETWORKS = "libvirt.networks";

    /** As the kernel takes it (dev_valid_name). */
    private static final Pattern DEVICE_NAME = Pattern.compile("(?!\\.{1,2}$)[^\\s/:]{1,15}");

    private static final Pattern DOTS = Pattern.compile("(^|.*/)\\.{1,2}(/.*|$)", Pattern.DOTALL);

    private final Map<String, String> pools;
    private final Map<String, NetworkTarget> bridges;
    private final Map<String, NetworkTarget> networks;

    private HostMaps(
            Map<String, String> pools, Map<String, NetworkTarget> bridges, Map<String, NetworkTarget> networks) {
        this.pools = pools;
        this.bridges = bridges;
        this.networks = networks;
    }

    /** Reads the values of the three keys, each of which may be empty; the error names the key and the entry. */
    public static HostMaps parse(String pools, String bridges, String networks) throws ConfigException {
        var folders = new TreeMap<String, String>();
        for (Entry entry : entries(POOLS, pools)) {
            entry.putInto(folders, folder(entry.from), poolTarget(entry));
        }
        var ofBridges = new TreeMap<String, NetworkTarget>();
        for (Entry entry : entries(BRIDGES, bridges)) {
            entry.requireDevice(entry.from);
            entry.putInto(ofBridges, entry.from, networkTarget(entry, Kind.BRIDGE));
        }
        var ofNetworks = new TreeMap<String, NetworkTarget>();
        for (Entry entry : entries(NETWORKS, networks)) {
            entry.putInto(ofNetworks, entry.from, networkTarget(entry, Kind.NETWORK));
        }
        return new HostMaps(folders, ofBridges, ofNetworks);
    }

    /** Where an image goes; null: no entry covers its path. */
    @Nullable
    String image(String path) {
        if (!path.startsWith("/") || hasDots(path)) {
            return null;
        }
        for (int cut = path.lastIndexOf('/'); cut >= 0; cut = path.lastIndexOf('/', cut - 1)) {
            String to = pools.get(cut == 0 ? "/" : path.substring(0, cut));
            if (to != null) {
                return (to.equals("/") ? "" : to) + path.substring(cut);
            }
        }
        return null;
    }

    /** Name or folder that a pool has here; null: no entry. */
    @Nullable
    String pool(String name) {
        return name.startsWith("/") ? null : pools.get(name);
    }

    @Nullable
    NetworkTarget bridge(String name) {
        return bridges.get(name);
    }

    @Nullable
    NetworkTarget network(String name) {
        return networks.get(name);
    }

    /** Whether a part of the path is {@code .} or {@code ..}, by which it would leave the folder it is mapped to. */
    static boolean hasDots(String path) {
        return DOTS.matcher(path).matches();
    }

    private static List<Entry> entries(String key, String text) throws ConfigException {
        if (text.isBlank()) {
            return List.of();
        }
        var entries = new ArrayList<Entry>();
        for (String one : text.split(",", -1)) {
            int equals = one.indexOf('=');
            String from = equals < 0 ? "" : one.substring(0, equals).strip();
            String to = one.substring(equals + 1).strip();
            if (from.isEmpty() || to.isEmpty() || to.indexOf('=') >= 0) {
                throw new ConfigException(key + ": '" + Shown.text(one.strip()) + "' is not from=to");
            }
            entries.add(new Entry(key, from, to));
        }
        return entries;
    }

    private static String poolTarget(Entry entry) throws ConfigException {
        boolean toFolder = entry.to.startsWith("/");
        if (entry.from.startsWith("/") && !toFolder) {
            throw entry.wrong("the folder needs one here: an absolute path");
        }
        if (!toFolder) {
            return entry.to;
        }
        if (hasDots(entry.from) || hasDots(entry.to)) {
            throw entry.wrong("a path must not have the parts . and ..");
        }
        return folder(entry.to);
    }

    private static NetworkTarget networkTarget(Entry entry, Kind usual) throws ConfigException {
        Kind kind = usual;
        String name = entry.to;
        for (Kind one : Kind.values()) {
            String prefix = one == Kind.BRIDGE ? "bridge:" : "network:";
            if (entry.to.startsWith(prefix)) {
                kind = one;
                name = entry.to.substring(prefix.length()).strip();
            }
        }
        if (kind == Kind.BRIDGE) {
            entry.requireDevice(name);
        } else if (name.isEmpty()) {
            throw entry.wrong("the network has no name");
        }
        return new NetworkTarget(kind, name);
    }

    private static String folder(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private record Entry(String key, String from, String to) {
        ConfigException wrong(String why) {
            return new ConfigException(key + ": '" + Shown.text(from + "=" + to) + "': " + why);
        }

        void requireDevice(String name) throws ConfigException {
            if (!DEVICE_NAME.matcher(name).matches()) {
                throw wrong("'" + Shown.text(name) + "' cannot be the name of a bridge or device");
            }
        }

        <T> void putInto(Map<String, T> map, String name, T value) throws ConfigException {
            if (map.put(name, value) != null) {
                throw wrong(Shown.text(name) + " stands twice");
            }
        }
    }
}
