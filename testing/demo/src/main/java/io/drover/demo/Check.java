package io.drover.demo;

/**
 * One claim of the demo and whether it holds.
 *
 * @param claim what should be so
 * @param detail the numbers behind it
 */
record Check(String claim, boolean holds, String detail) {
    String line() {
        return (holds ? "  ok    " : "  FAIL  ") + claim + (detail.isEmpty() ? "" : ": " + detail);
    }
}
