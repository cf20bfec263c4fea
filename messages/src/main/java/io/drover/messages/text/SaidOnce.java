package io.drover.messages.text;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is tried again every few seconds fails in the same words every few seconds: whether they are news. A trouble is
 * news once, again when its words change, and again when it comes back after it was over.
 */
public final class SaidOnce {
    private final Map<Object, String> said = new ConcurrentHashMap<>();

    /** Whether this has not been said of it yet; from now on it has. */
    public boolean isNews(Object about, String text) {
        return !text.equals(said.put(about, text));
    }

    public void over(Object about) {
        said.remove(about);
    }
}
