package io.drover.simulator.localdisk.policy;

import io.drover.simulator.cloudsim.policy.CloudsimPolicies;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Policies of the rules of local disks by name; docs/policies.md says what was taken from where. */
public final class LocalDiskPolicies {
    private static final Pattern POWER_AWARE = Pattern.compile("(thr|mad|iqr|lr)-mmt-(\\d+(?:\\.\\d+)?)");
    private static final Pattern DROVER = Pattern.compile("drover-(1|0?\\.\\d+)-(0?\\.\\d+)");
    private static final int HOUR_S = 3600;

    /** Each makes a policy for one day, from a seed. */
    private static final Map<String, LongFunction<LocalDiskPolicy>> NAMED = new TreeMap<>(Map.of(
            "none", seed -> new NoPolicy(),
            "drover", seed -> new DroverPolicy(0.82, 0.7),
            "watcher-workload-balance", seed -> new WatcherWorkloadBalance(),
            "watcher-stabilization", WatcherStabilization::new,
            "proxlb", seed -> new ProxLb(12 * HOUR_S),
            "proxlb-hourly", seed -> new ProxLb(HOUR_S),
            "proxmox-crs", seed -> new ProxmoxCrs(),
            "hbal", seed -> new Hbal(),
            "xen-orchestra", seed -> new XenOrchestra()));

    private LocalDiskPolicies() {}

    /** What names there are, for a person. */
    public static String names() {
        return String.join(", ", NAMED.keySet()) + ", (thr|mad|iqr|lr)-mmt-PARAMETER, drover-HIGH-LOW";
    }

    public static boolean knows(String name) {
        return NAMED.containsKey(name) || tuned(name).isPresent();
    }

    /**
     * Makes a policy for one day.
     *
     * @param seed for what is chosen at random
     * @throws IllegalArgumentException there is none of that name
     */
    public static LocalDiskPolicy named(String name, long seed) {
        LongFunction<LocalDiskPolicy> made = NAMED.get(name);
        if (made != null) {
            return made.apply(seed);
        }
        return tuned(name)
                .orElseThrow(
                        () -> new IllegalArgumentException("policy: unknown '" + name + "'; known are " + names()));
    }

    private static Optional<LocalDiskPolicy> tuned(String name) {
        Matcher powerAware = POWER_AWARE.matcher(name);
        if (powerAware.matches()) {
            return Optional.of(new PowerAware(CloudsimPolicies.test(powerAware.group(1), powerAware.group(2))));
        }
        Matcher drover = DROVER.matcher(name);
        if (!drover.matches()) {
            return Optional.empty();
        }
        double high = Double.parseDouble(drover.group(1));
        double low = Double.parseDouble(drover.group(2));
        return 0 < low && low < high ? Optional.of(new DroverPolicy(high, low)) : Optional.empty();
    }
}
