package io.drover.scheduler.cluster;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Samples as one word: {@code instant/cores/bytes} or {@code instant/cores/bytes/disk/network/pressure}, by commas. */
final class SampleText {
    private static final String NAME = "samples";

    private SampleText() {}

    static String write(List<Sample> samples) {
        return samples.stream().map(SampleText::write).collect(Collectors.joining(","));
    }

    private static String write(Sample sample) {
        String bare = sample.at() + "/" + sample.cpuCores() + "/" + sample.memoryBytes();
        return sample.bare()
                ? bare
                : bare + "/" + sample.diskBytesPerSecond() + "/" + sample.networkBytesPerSecond() + "/"
                        + sample.cpuPressure();
    }

    static List<Sample> read(String text) {
        var samples = new ArrayList<Sample>();
        for (String sample : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            samples.add(one(sample));
        }
        return samples;
    }

    private static Sample one(String text) {
        String[] values = text.split("/", -1);
        Instant at = TextFields.instant(NAME, values[0]);
        boolean bare = values.length == 3;
        TextFields.require(bare || values.length == 6, "samples: '" + text + "' is not instant/cores/bytes");
        double cores = TextFields.real(NAME, values[1]);
        long bytes = TextFields.whole(NAME, values[2]);
        return bare
                ? new Sample(at, cores, bytes)
                : new Sample(
                        at,
                        cores,
                        bytes,
                        TextFields.real(NAME, values[3]),
                        TextFields.real(NAME, values[4]),
                        // Where nobody measures it.
                        values[5].equals("NaN") ? Double.NaN : TextFields.real(NAME, values[5]));
    }
}
