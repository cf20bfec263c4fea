package io.drover.scheduler.control;

import io.drover.messages.text.Shown;
import io.drover.scheduler.control.RefusedException.Kind;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Labels to set and to take away; both empty: only to look.
 *
 * @param removed keys; one that is not there is no error
 */
public record LabelChange(Map<String, String> set, Set<String> removed) {
    private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9._/-]{0,62}");
    private static final int VALUE_MAX = 1000;
    private static final int LABELS_MAX = 64;

    public LabelChange {
        set = Map.copyOf(set);
        removed = Set.copyOf(removed);
    }

    public boolean isEmpty() {
        return set.isEmpty() && removed.isEmpty();
    }

    /** Refused where a key or a value cannot be a label's, whatever the labels are. */
    void check() throws RefusedException {
        for (Map.Entry<String, String> label : new TreeMap<>(set).entrySet()) {
            check(label.getKey(), label.getValue());
        }
    }

    /** The labels afterwards, in key order. */
    Map<String, String> applied(Map<String, String> before) throws RefusedException {
        var labels = new TreeMap<>(before);
        labels.keySet().removeAll(removed);
        labels.putAll(set);
        if (labels.size() > LABELS_MAX) {
            throw new RefusedException(Kind.INVALID, "set", "more than " + LABELS_MAX + " labels");
        }
        return Collections.unmodifiableMap(labels);
    }

    private void check(String key, String value) throws RefusedException {
        if (!KEY.matcher(key).matches()) {
            throw new RefusedException(
                    Kind.INVALID,
                    "set",
                    "'" + Shown.text(key) + "' is not a key: at most 63 lower-case letters, digits, . _ / and -");
        }
        if (removed.contains(key)) {
            throw new RefusedException(Kind.INVALID, key, "is to be set and to be taken away");
        }
        if (value.length() > VALUE_MAX || value.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(
                    Kind.INVALID, key, "a value has at most " + VALUE_MAX + " characters and no line ends");
        }
    }
}
