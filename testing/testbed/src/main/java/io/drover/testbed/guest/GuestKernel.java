package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The kernel of the guests, from Debian's package {@code linux-image-cloud-amd64}, unpacked below the cache.
 *
 * @param folder holds {@code vmlinuz}, {@code modules/} and {@code tree/}
 * @param modules names of the modules the guest loads, dependencies first
 */
record GuestKernel(Path folder, List<String> modules) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /** Uses what is in the cache; downloads the package when nothing is. */
    static GuestKernel fetch(Checkout checkout) throws IOException, InterruptedException {
        List<String> command = List.of(checkout.kernelScript().toString());
        CommandResult result = CommandResult.of(
                command, LIMIT, Map.of("DROVER_CACHE", checkout.cache().toString()));
        String last = result.output().lines().reduce("", (line, next) -> next);
        if (result.exitCode() != 0) {
            throw new IOException(last);
        }
        Path folder = Path.of(last);
        return new GuestKernel(folder, Files.readAllLines(folder.resolve("modules/order")));
    }

    GuestKernel {
        modules = List.copyOf(modules);
    }

    Path image() {
        return folder.resolve("vmlinuz");
    }

    Path module(String name) {
        return folder.resolve("modules/" + name + ".ko");
    }

    /** The unpacked package: some hundred real files, which no test needs to invent. */
    Path tree() {
        return folder.resolve("tree");
    }
}
