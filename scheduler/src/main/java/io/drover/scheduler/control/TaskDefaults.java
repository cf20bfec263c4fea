package io.drover.scheduler.control;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.VmDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a task says when nobody said otherwise. Of an algorithm only the shape of its name is known here, the worker
 * refuses unknown ones.
 *
 * @param algorithm for every disk
 * @param swapAlgorithm for disks of role swap; null: the same
 * @param deadline how long after submission a migration is given up; zero: never
 */
public record TaskDefaults(String algorithm, @Nullable String swapAlgorithm, Duration deadline) {
    private static final Pattern ALGORITHM = Pattern.compile("[a-z][a-z0-9-]{0,30}");

    public TaskDefaults {
        requireName("algorithm", algorithm);
        if (swapAlgorithm != null) {
            requireName("swap_algorithm", swapAlgorithm);
        }
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline: is negative");
        }
    }

    private static void requireName(String key, String algorithm) {
        if (!isAlgorithmName(algorithm)) {
            throw new IllegalArgumentException(
                    key + ": '" + algorithm + "' is not an algorithm's name, such as pre-copy");
        }
    }

    public static boolean isAlgorithmName(String text) {
        return ALGORITHM.matcher(text).matches();
    }

    /**
     * The algorithms by disk of a task.
     *
     * @param asked for every disk, or null when nobody did; then swap has its own
     * @param named for single disks, which always counts
     */
    Map<DiskId, String> diskAlgorithms(VmDefinition vm, @Nullable String asked, Map<DiskId, String> named) {
        var algorithms = new TreeMap<>(named);
        if (asked == null && swapAlgorithm != null) {
            for (DiskDefinition disk : vm.disks()) {
                if (disk.role() == DiskRole.SWAP) {
                    algorithms.putIfAbsent(disk.id(), swapAlgorithm);
                }
            }
        }
        return algorithms;
    }

    @Nullable
    Instant deadlineFrom(Instant now) {
        return deadline.isZero() ? null : now.plus(deadline);
    }
}
