package io.drover.worker.ownership;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.VmDefinition;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Images that two VMs of one host name, of which at least one would write. */
public final class SharedImages {
    private SharedImages() {}

    /** The first one; bases may be shared as long as both only read them. */
    public static Optional<String> of(VmDefinition one, VmDefinition other) {
        Set<String> written = disks(one).collect(Collectors.toSet());
        Set<String> writtenThere = disks(other).collect(Collectors.toSet());
        return Stream.concat(
                        Stream.concat(disks(other), bases(other)).filter(written::contains),
                        bases(one).filter(writtenThere::contains))
                .findFirst();
    }

    private static Stream<String> disks(VmDefinition vm) {
        return vm.disks().stream().map(DiskDefinition::image);
    }

    private static Stream<String> bases(VmDefinition vm) {
        return vm.disks().stream()
                .map(DiskDefinition::base)
                .flatMap(Stream::ofNullable)
                .map((BackingImage base) -> base.image().value());
    }
}
