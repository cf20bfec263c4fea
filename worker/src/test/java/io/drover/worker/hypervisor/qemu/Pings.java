package io.drover.worker.hypervisor.qemu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Echo requests to a guest, one every 20 ms, and when each was answered. */
final class Pings implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMillis(20);

    private static final Pattern ANSWER = Pattern.compile(".*seq=(\\d+) .*");

    private final Process process;
    private final List<Answer> answers = new CopyOnWriteArrayList<>();

    /** {@code nanos}: of {@link System#nanoTime}. */
    private record Answer(int number, long nanos) {}

    private Pings(Process process) {
        this.process = process;
    }

    /** busybox' ping, for it is there; it says each answer at once. */
    static Pings begin(BridgeLab lab, String address) throws IOException {
        String interval = Double.toString(INTERVAL.toMillis() / 1000.0);
        var pings = new Pings(
                lab.process("busybox", "ping", "-i", interval, address).start());
        Thread.ofPlatform().daemon().start(pings::read);
        return pings;
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Matcher answer = ANSWER.matcher(line);
                if (answer.matches()) {
                    answers.add(new Answer(Integer.parseInt(answer.group(1)), System.nanoTime()));
                }
            }
        } catch (IOException e) {
            // Ended: what was not answered shows.
        }
    }

    int count() {
        return answers.size();
    }

    /** Requests that were not answered, of those between one answer and the last; {@code first}: that answer's place. */
    int lostSince(int first) {
        List<Answer> since = answers.subList(first, answers.size());
        long answered = since.stream().map(Answer::number).distinct().count();
        return (int) (since.getLast().number() - since.getFirst().number() + 1 - answered);
    }

    /** The longest time without an answer since one of them. */
    Duration longestGapSince(int first) {
        long longest = 0;
        for (int i = first + 1; i < answers.size(); i++) {
            longest = Math.max(
                    longest, answers.get(i).nanos() - answers.get(i - 1).nanos());
        }
        return Duration.ofNanos(longest);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
