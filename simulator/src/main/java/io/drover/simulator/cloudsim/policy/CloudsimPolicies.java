package io.drover.simulator.cloudsim.policy;

import io.drover.simulator.cloudsim.consolidation.ConsolidationSettings;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Policies of CloudSim's rules by name. */
public final class CloudsimPolicies {
    private static final Pattern TUNED = Pattern.compile("(thr|mad|iqr|lr)-(mmt|mu|rs|mc)-(\\d+(?:\\.\\d+)?)");
    private static final Pattern DROVER = Pattern.compile("drover(?:-(\\d+(?:\\.\\d+)?)-(1|0?\\.\\d+))?");
    private static final OverloadCheck FALLBACK = OverloadCheck.threshold(0.7);

    private CloudsimPolicies() {}

    /** What names there are, for a person. */
    public static String names() {
        return "(thr|mad|iqr|lr)-(mmt|mu|rs|mc)-PARAMETER, dvfs, drover[-DEVIATIONS-FILL]";
    }

    /**
     * Makes a policy for one day.
     *
     * @param seed for what is chosen at random
     * @return empty when there is none of that name
     */
    public static Optional<CloudsimPolicy> named(String name, long seed) {
        if (name.equals("dvfs")) {
            return Optional.of(new StayingPolicy());
        }
        Matcher packed = DROVER.matcher(name);
        if (packed.matches()) {
            return Optional.of(new DroverConsolidation(settings(packed)));
        }
        Matcher tuned = TUNED.matcher(name);
        return tuned.matches()
                ? VmSelections.named(tuned.group(2), seed)
                        .map(selection -> new PowerAwarePolicy(test(tuned.group(1), tuned.group(3)), selection))
                : Optional.empty();
    }

    private static ConsolidationSettings settings(Matcher packed) {
        ConsolidationSettings standard = ConsolidationSettings.standard();
        return packed.group(1) == null
                ? standard
                : standard.packed(Double.parseDouble(packed.group(1)), Double.parseDouble(packed.group(2)));
    }

    /** The over-load test of this name, {@code thr}, {@code mad}, {@code iqr} or {@code lr}. */
    public static OverloadCheck test(String name, String parameter) {
        double value = Double.parseDouble(parameter);
        return switch (name) {
            case "thr" -> OverloadCheck.threshold(value);
            case "mad" -> Deviation.median(value, FALLBACK);
            case "iqr" -> Deviation.interquartile(value, FALLBACK);
            case "lr" -> new LocalRegression(value, FALLBACK);
            default -> throw new IllegalArgumentException(name);
        };
    }
}
