package io.drover.simulator.honest.policy;

import io.drover.simulator.stock.policy.OverloadTest;
import io.drover.simulator.stock.policy.StockPolicies;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Policies of the honest rules by name; docs/policies.md says what was taken from where. */
public final class HonestPolicies {
    private static final Pattern POWER_AWARE = Pattern.compile("(thr|mad|iqr|lr)-mmt-(\\d+(?:\\.\\d+)?)");
    private static final int HOUR_S = 3600;

    /** Each makes a policy for one day, from a seed. */
    private static final Map<String, LongFunction<HonestPolicy>> NAMED = new TreeMap<>(Map.of(
            "none", seed -> new NoPolicy(),
            "drover", seed -> new DroverPolicy(),
            "watcher-workload-balance", seed -> new WatcherWorkloadBalance(),
            "watcher-stabilization", WatcherStabilization::new,
            "proxlb", seed -> new ProxLb(12 * HOUR_S),
            "proxlb-hourly", seed -> new ProxLb(HOUR_S),
            "proxmox-crs", seed -> new ProxmoxCrs(),
            "hbal", seed -> new Hbal(),
            "xen-orchestra", seed -> new XenOrchestra()));

    private HonestPolicies() {}

    /** What names there are, for a person. */
    public static String names() {
        return String.join(", ", NAMED.keySet()) + ", (thr|mad|iqr|lr)-mmt-PARAMETER";
    }

    public static boolean knows(String name) {
        return NAMED.containsKey(name) || powerAware(name).isPresent();
    }

    /**
     * Makes a policy for one day.
     *
     * @param seed for what is chosen at random
     * @throws IllegalArgumentException there is none of that name
     */
    public static HonestPolicy named(String name, long seed) {
        LongFunction<HonestPolicy> made = NAMED.get(name);
        if (made != null) {
            return made.apply(seed);
        }
        return powerAware(name)
                .map(PowerAware::new)
                .orElseThrow(
                        () -> new IllegalArgumentException("policy: unknown '" + name + "'; known are " + names()));
    }

    private static Optional<OverloadTest> powerAware(String name) {
        Matcher matcher = POWER_AWARE.matcher(name);
        return matcher.matches()
                ? Optional.of(StockPolicies.test(matcher.group(1), matcher.group(2)))
                : Optional.empty();
    }
}
