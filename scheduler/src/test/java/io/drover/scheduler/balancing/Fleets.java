package io.drover.scheduler.balancing;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.cluster.ClusterSnapshot;
import io.drover.scheduler.cluster.Host;
import io.drover.scheduler.cluster.Rules;
import io.drover.scheduler.cluster.Sample;
import io.drover.scheduler.cluster.Vm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;

/** Synthetic fleets from a seed: VMs whose load wanders, with 10 to 80 GiB of disk, on hosts of 32 cores. */
public final class Fleets {
    public static final Instant AT = Instant.parse("2026-11-22T18:00:00Z");
    private static final int SAMPLES = 12;
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final Rules RULES =
            new Rules(0.8, 0.6, SAMPLES, 8, Duration.ofMinutes(5), Duration.ofMinutes(2), 2, 2);
    private static final double CORES = 32;

    private Fleets() {}

    /**
     * {@code hot}: fraction of the hosts that are overloaded; the others are between a fifth and just over half full.
     */
    public static ClusterSnapshot of(long seed, int hosts, int vmsPerHost, double hot) {
        var random = new SplittableRandom(seed);
        var all = new ArrayList<Host>(hosts);
        var vms = new ArrayList<Vm>(hosts * vmsPerHost);
        for (int h = 0; h < hosts; h++) {
            var id = new HostId(String.format(Locale.ROOT, "h%05d", h));
            double fraction = random.nextDouble() < hot ? random.nextDouble(0.9, 1.2) : random.nextDouble(0.2, 0.55);
            double[] cores = new double[SAMPLES];
            long[] memory = new long[SAMPLES];
            for (int v = 0; v < vmsPerHost; v++) {
                double mean = fraction * CORES / vmsPerHost * random.nextDouble(0.3, 1.7);
                Vm vm = vm(random, h * vmsPerHost + v, id, mean);
                vms.add(vm);
                for (int s = 0; s < SAMPLES; s++) {
                    cores[s] += vm.samples().get(s).cpuCores();
                    memory[s] += vm.residentBytes();
                }
            }
            all.add(new Host(
                    id,
                    CORES,
                    256L << 30,
                    4L << 40,
                    random.nextBoolean() ? 125_000_000L : 1_250_000_000L,
                    0,
                    0,
                    IntStream.range(0, SAMPLES)
                            .mapToObj(s -> new Sample(at(s), cores[s], memory[s]))
                            .toList(),
                    Map.of(),
                    0,
                    0));
        }
        return new ClusterSnapshot(AT, RULES, all, vms, List.of(), List.of());
    }

    private static Vm vm(SplittableRandom random, int number, HostId owner, double mean) {
        double level = 0;
        var samples = new ArrayList<Sample>(SAMPLES);
        long resident = random.nextLong(1L << 30, 6L << 30);
        double sum = 0;
        for (int s = 0; s < SAMPLES; s++) {
            // Autoregressive, so that what is high stays high for a while.
            level = 0.8 * level + random.nextDouble(-0.1, 0.1);
            double cores = mean * Math.max(0, 1 + level);
            samples.add(new Sample(at(s), cores, resident));
            sum += cores;
        }
        return new Vm(
                new VmId(new UUID(1, number)),
                String.format(Locale.ROOT, "vm-%06d", number),
                owner,
                true,
                true,
                sum / SAMPLES,
                8L << 30,
                resident,
                random.nextLong(10L << 30, 80L << 30),
                random.nextLong(1L << 30),
                Map.of(),
                0,
                random.nextDouble(0, 5e6),
                samples,
                List.of());
    }

    private static Instant at(int sample) {
        return AT.minus(PERIOD.multipliedBy(SAMPLES - sample - 1L));
    }
}
