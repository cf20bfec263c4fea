package io.drover.worker.hypervisor.qemu;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.DiskDefinition;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.HypervisorFacts;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.hypervisor.qemu.image.QemuImageLocks;
import io.drover.worker.hypervisor.qemu.process.BootFolder;
import io.drover.worker.hypervisor.qemu.process.GuestTaps;
import io.drover.worker.hypervisor.qemu.process.GuestUnit;
import io.drover.worker.hypervisor.qemu.process.ImageAccess;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuConfig;
import io.drover.worker.hypervisor.qemu.process.QemuFacts;
import io.drover.worker.hypervisor.qemu.process.QemuLauncher;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.QemuProcess;
import io.drover.worker.hypervisor.qemu.process.SharedMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.InvalidImageException;
import io.drover.worker.image.file.ImageLocks;
import io.drover.worker.image.local.ImageInspection;
import io.drover.worker.replication.algorithm.QemuMirror;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * QEMU 7.2 or newer as the host's hypervisor. VMs are daemons in folders of their own below the run folder, where
 * any later worker finds them.
 *
 * <p>Of several workers on one VM each needs a run folder and an images folder of its own.
 */
public final class QemuHypervisor implements Hypervisor {
    private static final Logger LOG = LoggerFactory.getLogger(QemuHypervisor.class);
    /** Of effects that QEMU does not announce reliably. */
    private static final Duration POLL = Duration.ofMillis(5);

    private static final Duration POLL_MAX = Duration.ofMillis(100);

    private final QemuConfig config;
    private final Clock clock;
    private final ImageLocks locks = new QemuImageLocks();
    private final Wait deadline;
    private final SharedMonitor.Pool monitors = new SharedMonitor.Pool();
    private final Set<Path> complained = ConcurrentHashMap.newKeySet();

    @GuardedBy("this")
    private @Nullable HypervisorFacts facts;

    public QemuHypervisor(QemuConfig config, Clock clock) {
        this.config = config;
        this.clock = clock;
        this.deadline = new Wait(clock, config.limits().command(), POLL, POLL_MAX);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The first call starts QEMU to look and may take as long as the probe's deadline.
     *
     * @throws UncheckedIOException QEMU cannot be started, or not with the accelerator that is demanded
     */
    @Override
    public synchronized HypervisorFacts facts() {
        HypervisorFacts known = facts;
        if (known == null) {
            known = findFacts();
            facts = known;
        }
        return known;
    }

    private HypervisorFacts findFacts() {
        try {
            return new QemuFacts(config, deadline, clock).find();
        } catch (IOException e) {
            throw new UncheckedIOException("hypervisor: " + FileProblem.told(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at QEMU", e);
        }
    }

    @Override
    public void checkOffered(VmDefinition definition) throws IOException {
        new BootFolder(config.bootFolder()).resolve(definition);
        config.networks().of(definition);
    }

    /** QEMU's own {@code blockdev-mirror} to an NBD export of the destination's QEMU. */
    @Override
    public Set<String> nativeAlgorithms() {
        return Set.of(QemuMirror.NAME);
    }

    @Override
    public VmInstance start(VmDefinition definition) throws IOException, InterruptedException {
        return connect(definition, launch(definition, false), QemuVm::new);
    }

    @Override
    public IncomingVm startIncoming(VmDefinition definition) throws IOException, InterruptedException {
        QemuIncomingVm vm = connect(definition, launch(definition, true), QemuIncomingVm::new);
        try {
            vm.prepareIncoming();
            return vm;
        } catch (IOException | InterruptedException e) {
            // Without its capabilities it must never be sent anything.
            vm.quit();
            vm.close();
            throw e;
        }
    }

    private synchronized QemuProcess launch(VmDefinition definition, boolean incoming)
            throws IOException, InterruptedException {
        VmFolder folder = VmFolder.of(config.runFolder(), definition.id());
        Optional<QemuProcess> alive = folder.process();
        if (alive.isPresent()) {
            throw new IOException("VM " + definition.id() + " is alive already, as process "
                    + alive.get().pid());
        }
        Map<Integer, String> bridges = config.networks().of(definition);
        checkImages(definition, folder, incoming);
        VmDefinition booted = new BootFolder(config.bootFolder()).resolve(definition);
        folder.prepare(definition, config.binary());
        GuestUnit unit = config.unit();
        var line = new QemuCommandLine(
                config.binary(),
                config.imagesFolder(),
                facts().accelerator(),
                folder,
                ImageAccess::direct,
                netdevs(definition.id(), bridges));
        List<String> command = incoming ? line.incoming(booted) : line.cold(booted);
        QemuProcess process = new QemuLauncher(folder, config.limits().start())
                .launch(unit == null ? command : unit.wrap(folder, bridges, command));
        LOG.info("VM {} ({}) started as process {}", definition.id(), definition.name(), process.pid());
        return process;
    }

    private Map<Integer, String> netdevs(VmId vm, Map<Integer, String> bridges) {
        boolean inUnit = config.unit() != null;
        return bridges.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        card -> inUnit ? GuestTaps.ofUnit(vm, card.getKey()) : GuestTaps.ofHelper(card.getValue())));
    }

    /** Names what is wrong with an image, before QEMU says it in its own words or a guest writes to what it should not. */
    private void checkImages(VmDefinition definition, VmFolder folder, boolean incoming) throws IOException {
        Path images = config.imagesFolder();
        for (DiskDefinition disk : definition.disks()) {
            ImageFile image = ImageFile.of(disk);
            try {
                var inspected = ImageInspection.of(images, image);
                if (incoming) {
                    continue;
                }
                ImageInspection.requireUnused(images, image, locks);
                if (!folder.exists()) {
                    ImageInspection.requireNoHeader(images, image);
                }
                for (String lost : inspected.notKept()) {
                    LOG.warn("VM {}: disk {}: image {} {}", definition.name(), disk.id(), image.name(), lost);
                }
            } catch (InvalidImageException e) {
                throw new IOException("disk " + disk.id() + ": " + e.getMessage(), e);
            }
        }
    }

    /** A role of a VM: what its constructor takes. */
    @FunctionalInterface
    private interface Role<V extends QemuVm> {
        V of(VmDefinition definition, VmFolder folder, SharedMonitor monitor, QemuConfig config);
    }

    private <V extends QemuVm> V connect(VmDefinition definition, QemuProcess process, Role<V> role) {
        VmFolder folder = VmFolder.of(config.runFolder(), definition.id());
        SharedMonitor shared = monitors.acquire(process, () -> new QemuMonitor(folder, process, deadline));
        return role.of(definition, folder, shared, config);
    }

    @Override
    public Optional<VmInstance> find(VmId vm) throws IOException, InterruptedException {
        return find(vm, QemuVm::new).map(found -> found);
    }

    @Override
    public Optional<SourceVm> findSource(VmId vm) throws IOException, InterruptedException {
        return find(vm, QemuSourceVm::new).map(found -> found);
    }

    @Override
    public Optional<IncomingVm> findIncoming(VmId vm) throws IOException, InterruptedException {
        return find(vm, QemuIncomingVm::new).map(found -> found);
    }

    private <V extends QemuVm> Optional<V> find(VmId vm, Role<V> role) throws IOException, InterruptedException {
        VmFolder folder = VmFolder.of(config.runFolder(), vm);
        Optional<QemuProcess> process = folder.process();
        if (process.isEmpty()) {
            return Optional.empty();
        }
        V found = connect(folder.definition(), process.get(), role);
        try {
            found.verify();
            return Optional.of(found);
        } catch (IOException | InterruptedException e) {
            found.close();
            if (process.get().alive()) {
                throw e;
            }
            return Optional.empty();
        }
    }

    @Override
    public List<VmId> alive() throws IOException {
        List<VmFolder> folders = folders();
        Set<String> pidFiles =
                folders.stream().map(folder -> folder.pidFile().toString()).collect(Collectors.toSet());
        Map<String, List<QemuProcess>> own = QemuProcess.ownByPidFile(pidFiles);
        List<VmId> alive = new ArrayList<>();
        for (VmFolder folder : folders) {
            if (mayLive(folder, own)) {
                alive.add(folder.vm());
            }
        }
        alive.sort(null);
        return alive;
    }

    /** A VM whose folder is damaged counts as living: that it does not is not proven. */
    private boolean mayLive(VmFolder folder, Map<String, List<QemuProcess>> own) {
        try {
            return folder.process(own).isPresent();
        } catch (IOException e) {
            complain(folder.path(), FileProblem.told(e));
            return true;
        }
    }

    /** Once: the same is looked at again every few seconds. */
    private void complain(Path entry, String message) {
        if (complained.add(entry)) {
            LOG.warn("run folder: {}", message);
        }
    }

    private List<VmFolder> folders() throws IOException {
        List<VmFolder> folders = new ArrayList<>();
        if (!Files.isDirectory(config.runFolder())) {
            return folders;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(config.runFolder(), "*-*-*-*-*")) {
            for (Path entry : entries) {
                vmNamed(entry.getFileName().toString())
                        .ifPresentOrElse(
                                vm -> folders.add(new VmFolder(entry, vm)),
                                () -> complain(entry, entry + " is no VM's folder and is let lie"));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return folders;
    }

    /** Only as a folder is named: Java also reads {@code 1-1-1-1-1}. */
    private static Optional<VmId> vmNamed(String name) {
        try {
            return Optional.of(VmId.parse(name)).filter(vm -> vm.toString().equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
