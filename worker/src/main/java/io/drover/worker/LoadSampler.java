package io.drover.worker;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.HostReport.HostLoad;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.VmUsage;
import io.drover.worker.hypervisor.VmUsage.DiskUsage;
import io.drover.worker.image.ImageStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a host's report from the differences of its VMs' counters. A VM seen for the first time, or whose
 * process was replaced, counts with its memory and its images, and with rates from the next sample on. For one thread.
 */
final class LoadSampler {
    private static final Logger LOG = LoggerFactory.getLogger(LoadSampler.class);
    /** A host that did not report for longer (it slept) begins anew: nobody takes a report over more. */
    private static final double PERIOD_SECONDS_MAX = 600;

    private static final DiskUsage UNUSED = new DiskUsage(0, 0);

    private final HostId host;
    private final HostCapacity capacity;
    private final Hypervisor hypervisor;
    private final ImageStore images;
    private final Clock clock;
    private final ProcessorWaits waits;
    private final RetiredCopies retired;
    /** What was said of an image whose size cannot be told, so that it is said once. */
    private final Map<String, String> odd = new HashMap<>();

    private Map<VmId, Sample> previous = Map.of();
    private Duration previousAt;

    LoadSampler(
            HostId host,
            HostCapacity capacity,
            Hypervisor hypervisor,
            ImageStore images,
            ProcessorWaits waits,
            Clock clock) {
        this.host = host;
        this.capacity = capacity;
        this.hypervisor = hypervisor;
        this.images = images;
        this.clock = clock;
        this.waits = waits;
        this.retired = new RetiredCopies(images, clock);
        this.previousAt = clock.elapsed();
    }

    /** {@code definitions} says what is known of a VM; one it does not know is left out. */
    HostReport sample(Function<VmId, Optional<VmDefinition>> definitions) throws IOException, InterruptedException {
        if (seconds(clock.elapsed().minus(previousAt)) > PERIOD_SECONDS_MAX) {
            previous = Map.of();
        }
        var current = new HashMap<VmId, Sample>();
        var loads = new ArrayList<VmLoad>();
        var imagesSeen = new HashSet<String>();
        for (VmId vm : hypervisor.alive()) {
            Optional<VmDefinition> definition = definitions.apply(vm);
            Optional<VmUsage> usage = usage(vm);
            if (definition.isPresent() && usage.isPresent()) {
                var sample = new Sample(clock.elapsed(), usage.get());
                current.put(vm, sample);
                definition.get().disks().forEach(disk -> imagesSeen.add(disk.image()));
                loads.add(load(definition.get(), previous.getOrDefault(vm, sample), sample));
            }
        }
        odd.keySet().retainAll(imagesSeen);
        Duration now = clock.elapsed();
        double period = Math.min(seconds(now.minus(previousAt)), PERIOD_SECONDS_MAX);
        previous = current;
        previousAt = now;
        return new HostReport(host, clock.now(), period, capacity, sum(loads, period), loads, retired.list());
    }

    private Optional<VmUsage> usage(VmId vm) throws InterruptedException {
        try (var found = new Found(hypervisor.find(vm))) {
            return found.usage();
        } catch (IOException e) {
            // It died in between, or is busy beyond every deadline: the others' load is worth reporting all the same.
            LOG.debug("no usage of VM {}: {}", vm, FileProblem.told(e));
            return Optional.empty();
        }
    }

    private VmLoad load(VmDefinition definition, Sample before, Sample now) {
        Sample base = now.continues(before) ? before : now;
        double period = seconds(now.at().minus(base.at()));
        OptionalDouble dirtied = now.usage().memoryDirtiedPerSecond();
        DiskUsage data = difference(definition, DiskRole.DATA, base, now);
        DiskUsage swap = difference(definition, DiskRole.SWAP, base, now);
        return new VmLoad(
                definition.id(),
                perSecond(seconds(now.usage().cpuTime().minus(base.usage().cpuTime())), period),
                now.usage().residentBytes(),
                perSecond((double) data.readBytes(), period),
                perSecond((double) data.writtenBytes(), period),
                perSecond((double) swap.readBytes(), period),
                perSecond((double) swap.writtenBytes(), period),
                allocated(definition, DiskRole.DATA),
                allocated(definition, DiskRole.SWAP),
                dirtied.isPresent() ? dirtied.getAsDouble() : null);
    }

    private static DiskUsage difference(VmDefinition definition, DiskRole role, Sample base, Sample now) {
        long read = 0;
        long written = 0;
        for (DiskDefinition disk : disks(definition, role)) {
            DiskUsage before = base.disk(disk.id());
            DiskUsage after = now.disk(disk.id());
            read += after.readBytes() - before.readBytes();
            written += after.writtenBytes() - before.writtenBytes();
        }
        return new DiskUsage(read, written);
    }

    private long allocated(VmDefinition definition, DiskRole role) {
        return disks(definition, role).stream()
                .mapToLong(disk -> allocated(definition.name(), disk.image()))
                .sum();
    }

    /** An image that is odd counts as nothing: the others' load, and the host's, is worth reporting all the same. */
    private long allocated(String vm, String image) {
        try {
            long bytes = images.exists(image) ? images.allocatedBytes(image) : 0;
            odd.remove(image);
            return bytes;
        } catch (IOException | RuntimeException e) {
            String said = FileProblem.told(e);
            if (!said.equals(odd.put(image, said))) {
                LOG.warn("VM {}: the size of image {} is not known, reported as 0: {}", vm, image, said);
            }
            return 0;
        }
    }

    private static List<DiskDefinition> disks(VmDefinition definition, DiskRole role) {
        return definition.disks().stream().filter(disk -> disk.role() == role).toList();
    }

    private HostLoad sum(List<VmLoad> loads, double period) throws IOException {
        return new HostLoad(
                loads.stream().mapToDouble(VmLoad::cpuCores).sum(),
                loads.stream().mapToLong(VmLoad::memoryBytes).sum(),
                loads.stream()
                        .mapToDouble(load -> load.diskReadBytesPerSecond() + load.swapReadBytesPerSecond())
                        .sum(),
                loads.stream()
                        .mapToDouble(load -> load.diskWriteBytesPerSecond() + load.swapWriteBytesPerSecond())
                        .sum(),
                images.freeBytes(),
                waits.pressure(period),
                waits.steal());
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private static double perSecond(double amount, double periodSeconds) {
        return periodSeconds > 0 ? amount / periodSeconds : 0;
    }

    /** Counters of one VM at one moment. */
    private record Sample(Duration at, VmUsage usage) {
        DiskUsage disk(DiskId disk) {
            return usage.disks().getOrDefault(disk, UNUSED);
        }

        /** Counters only grow while a process lives; one that fell belongs to another process. */
        boolean continues(Sample before) {
            boolean cpuGrew = usage.cpuTime().compareTo(before.usage.cpuTime()) >= 0;
            return cpuGrew
                    && usage.disks().keySet().containsAll(before.usage.disks().keySet())
                    && before.usage.disks().entrySet().stream()
                            .allMatch(entry -> grew(entry.getValue(), disk(entry.getKey())));
        }

        private static boolean grew(DiskUsage before, DiskUsage after) {
            return after.readBytes() >= before.readBytes() && after.writtenBytes() >= before.writtenBytes();
        }
    }

    /** A VM that may not be there any more. */
    private record Found(Optional<VmInstance> definition) implements AutoCloseable {
        Optional<VmUsage> usage() throws IOException, InterruptedException {
            return definition.isPresent() ? Optional.of(definition.get().usage()) : Optional.empty();
        }

        @Override
        public void close() {
            definition.ifPresent(VmInstance::close);
        }
    }
}
