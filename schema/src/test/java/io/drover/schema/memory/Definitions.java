package io.drover.schema.memory;

import io.drover.messages.DiskDefinition;
import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.schema.scheduler.SchedulerStore.SubmitVmResult;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** New VMs: names and images are compared with those of every VM. */
final class Definitions {
    private Definitions() {}

    static SubmitVmResult define(Tables tables, VmDefinition definition, HostId owner) {
        if (!tables.hosts.containsKey(owner)) {
            return refused("owner", "no host " + owner + " is known");
        }
        if (tables.vms.containsKey(definition.id())) {
            return refused("id", "a VM " + definition.id() + " is there already");
        }
        if (tables.vms.values().stream().anyMatch(row -> row.definition.name().equals(definition.name()))) {
            return refused("name", "a VM " + definition.name() + " is there already");
        }
        List<DiskDefinition> others = tables.vms.values().stream()
                .flatMap(row -> row.definition.disks().stream())
                .toList();
        Set<String> images = images(definition.disks().stream());
        Set<String> taken = images(others.stream());
        for (String image : images) {
            if (taken.contains(image)) {
                return refused("disks", "image " + image + " belongs to another VM");
            }
            if (bases(others).contains(image)) {
                return refused("disks", "image " + image + " is the base of another VM's disk");
            }
        }
        for (String base : bases(definition.disks())) {
            if (taken.contains(base) || images.contains(base)) {
                return refused("disks", "base " + base + " is a disk of a VM");
            }
        }
        var row = new VmRow(definition, owner);
        tables.vms.put(definition.id(), row);
        return new SubmitVmResult.Defined(row.read());
    }

    private static Set<String> images(Stream<DiskDefinition> disks) {
        return disks.map(DiskDefinition::image).collect(Collectors.toSet());
    }

    private static Set<String> bases(List<DiskDefinition> disks) {
        return disks.stream().map(Submissions::baseOf).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static SubmitVmResult refused(String field, String message) {
        return new SubmitVmResult.Refused(field, message);
    }
}
