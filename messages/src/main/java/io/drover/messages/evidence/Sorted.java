package io.drover.messages.evidence;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Maps in the order of their keys, so that the same evidence is the same text. */
final class Sorted {
    private Sorted() {}

    static <K extends Comparable<K>, V> Map<K, V> copyOf(Map<K, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }
}
