package io.drover.worker.migration.destination;

import io.drover.messages.BackingImage;
import io.drover.messages.DiskDefinition;
import io.drover.messages.Failure;
import io.drover.messages.MigrationId;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.ownership.SharedImages;
import io.drover.worker.peer.Destination.DiskNeed;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.peer.PeerRefusedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether a VM can live on this host. Every refusal names what is wrong and what would do. */
final class AdmissionCheck {
    private final DestinationPorts ports;
    private final DestinationSettings settings;
    private final MigrationId migration;

    /** @param migration whose own images, left by an earlier attempt, are not in its way */
    AdmissionCheck(DestinationPorts ports, DestinationSettings settings, MigrationId migration) {
        this.ports = ports;
        this.migration = migration;
        this.settings = settings;
    }

    /** {@link PeerRefusedException} when it cannot. */
    void check(VmDefinition definition, PrepareRequest request) throws IOException {
        if (!request.idle()) {
            // A stopped VM brings no state that another version could not read.
            checkSameHypervisor(request);
        }
        checkHypervisor(definition);
        checkOffered(definition);
        checkVm(definition);
        checkNobodyElses(definition);
        checkImages(definition, request);
        if (!request.idle()) {
            checkMemory(definition);
        }
    }

    private void checkOffered(VmDefinition definition) throws PeerRefusedException {
        try {
            ports.hypervisor().checkOffered(definition);
        } catch (IOException e) {
            throw refused(Failure.Kind.HOST, FileProblem.told(e));
        }
    }

    /**
     * An image here is one VM's alone: above all a device, which is there before anything arrives and is
     * overwritten. VMs that live here or are on their way, to or from, are asked for.
     */
    private void checkNobodyElses(VmDefinition definition) throws PeerRefusedException {
        for (VmDefinition other : definitionsHere()) {
            Optional<String> shared = SharedImages.of(definition, other);
            require(
                    other.id().equals(definition.id()) || shared.isEmpty(),
                    "image: " + shared.orElse("") + " is VM " + other.name() + "'s on this host");
        }
    }

    private List<VmDefinition> definitionsHere() {
        return Stream.concat(
                        ports.store().ownedVms().stream().map(VmRecord::definition),
                        ports.store().openMigrations().stream().map(MigrationRecord::definition))
                .toList();
    }

    private void checkSameHypervisor(PrepareRequest request) throws PeerRefusedException {
        HypervisorFacts facts = ports.hypervisor().facts();
        require(
                facts.version().equals(request.hypervisorVersion()),
                "hypervisor: this host runs " + facts.version() + ", the source " + request.hypervisorVersion());
        require(
                facts.accelerator().equals(request.accelerator()),
                "accelerator: this host runs guests by " + facts.accelerator() + ", the source by "
                        + request.accelerator());
    }

    private void checkHypervisor(VmDefinition definition) throws PeerRefusedException {
        HypervisorFacts facts = ports.hypervisor().facts();
        require(
                facts.machineTypes().contains(definition.machine()),
                "machine: " + facts.version() + " here does not know the machine type " + definition.machine());
        String model = definition.cpuModel().split(",", 2)[0];
        require(facts.cpuModels().contains(model), "cpu_model: this host cannot offer " + model);
    }

    private void checkVm(VmDefinition definition) throws IOException {
        if (ports.hypervisor().alive().contains(definition.id())) {
            throw refused(
                    Failure.Kind.RETRYABLE,
                    "vm: a process of VM " + definition.name() + " is alive on this host already");
        }
    }

    private void checkImages(VmDefinition definition, PrepareRequest request) throws IOException {
        long needed = 0;
        for (DiskDefinition disk : definition.disks()) {
            DiskNeed need = request.disks().get(disk.id());
            require(need != null, "disks: nothing is said about disk " + disk.id());
            checkBase(disk, need == null ? null : need.baseDigest());
            if (ports.images().isDevice(disk.image())) {
                checkDevice(disk, need == null ? 0 : need.size());
                continue;
            }
            boolean own = ports.images().arriving(disk.image(), migration);
            require(
                    own || !ports.images().exists(disk.image()),
                    "image: " + disk.image() + " exists on this host already and belongs to something else");
            long there = own ? ports.images().allocatedBytes(disk.image()) : 0;
            needed += need == null ? 0 : Math.max(0, need.allocatedBytes() - there);
        }
        long free = ports.images().freeBytes() - settings.imagesReserveBytes();
        require(
                needed <= free,
                "space: the disks occupy " + needed + " bytes, this host has " + Math.max(0, free)
                        + " left for images");
    }

    /** Takes in a part of a base that this VM stands on; another file under its name is never touched. */
    long takeBase(VmDefinition definition, BasePart part) throws IOException {
        boolean wanted = definition.disks().stream()
                .map(DiskDefinition::base)
                .anyMatch(base -> base != null && base.image().equals(part.image()));
        if (!wanted) {
            throw refused(Failure.Kind.REJECTED, "base: no disk of the VM stands on " + part.image());
        }
        require(
                ports.images().exists(part.image().value())
                        || part.size() - part.offset() <= ports.images().freeBytes() - settings.imagesReserveBytes(),
                "space: base " + part.image() + " has " + part.size() + " bytes, this host has no room for it");
        try {
            return ports.images().takeBase(part);
        } catch (InvalidImageException e) {
            throw refused(Failure.Kind.HOST, String.valueOf(e.getMessage()));
        }
    }

    /** What is not sent of the disk is read from here, so it must be the very same. */
    private void checkBase(DiskDefinition disk, @Nullable String digest) throws IOException {
        BackingImage base = disk.base();
        if (base == null) {
            return;
        }
        String image = base.image().value();
        require(
                ports.images().exists(image),
                "base: image " + image + " of disk " + disk.id() + " is not on this host");
        require(
                ports.images().digest(image).sha256().equals(digest),
                "base: image " + image + " of disk " + disk.id() + " is another one on this host than at the source");
    }

    /** It was put there for this disk; a guest would notice another size. */
    private void checkDevice(DiskDefinition disk, long size) throws IOException {
        long has = ports.images().size(disk.image());
        require(
                has == size,
                "image: " + disk.image() + " is a device of " + has + " bytes on this host, the disk has " + size);
    }

    private void checkMemory(VmDefinition definition) throws IOException {
        Map<VmId, Long> known = new HashMap<>();
        for (VmDefinition here : definitionsHere()) {
            known.put(here.id(), here.memoryBytes());
        }
        long used = 0;
        for (VmId alive : ports.hypervisor().alive()) {
            used += known.getOrDefault(alive, 0L);
        }
        require(
                definition.memoryBytes() <= settings.memoryBytes() - used,
                "memory: " + definition.name() + " needs "
                        + definition.memoryBytes() + " bytes, this host has "
                        + Math.max(0, settings.memoryBytes() - used)
                        + " left");
    }

    private static void require(boolean holds, String message) throws PeerRefusedException {
        if (!holds) {
            throw refused(Failure.Kind.HOST, message);
        }
    }

    static PeerRefusedException refused(Failure.Kind kind, String message) {
        return new PeerRefusedException(new Failure(kind, message));
    }
}
