package io.drover.worker.libvirt;

import io.drover.testbed.guest.Checkout;
import io.drover.testbed.libvirt.PrivateLibvirt;
import io.drover.worker.hypervisor.qemu.QemuLab;
import io.drover.worker.libvirt.domain.Domain;
import io.drover.worker.libvirt.domain.DomainFilter;
import io.drover.worker.libvirt.domain.Domains;
import io.drover.worker.libvirt.rpc.LibvirtException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;

/** Two hosts with a real libvirt each, and guests that count in their memory, one at a time. */
final class LibvirtLab implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int DISK_BYTES = 4 << 20;

    private final Path folder;
    final PrivateLibvirt a;
    final PrivateLibvirt b;
    private int guests;

    LibvirtLab(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        this.a = PrivateLibvirt.start(Checkout.find(), folder.resolve("a"), "drover-a");
        try {
            this.b = PrivateLibvirt.start(Checkout.find(), folder.resolve("b"), "drover-b");
        } catch (IOException | InterruptedException e) {
            a.close();
            throw e;
        }
    }

    /** A new guest that both hosts have a disk of, and that nobody has defined. */
    Guest guest() throws IOException {
        String name = "web " + ++guests + " ä";
        byte[] disk = Arrays.copyOf(QemuLab.COUNT_IN_MEMORY, DISK_BYTES);
        disk[510] = 0x55;
        disk[511] = (byte) 0xaa;
        var guest = new Guest(UUID.randomUUID(), name, folder, a.emulator());
        Files.write(guest.disk("a"), disk);
        Files.write(guest.disk("b"), disk);
        return guest;
    }

    static LibvirtHost open(PrivateLibvirt host) throws IOException, InterruptedException {
        return LibvirtHost.open(LibvirtSocket.find(host.runFolder()), LIMIT);
    }

    /** Destroys and undefines what there is. */
    static void clear(PrivateLibvirt host) throws IOException, InterruptedException {
        host.startDaemon();
        try (LibvirtHost connected = open(host)) {
            Domains domains = connected.domains();
            for (Domain domain : domains.list(DomainFilter.ACTIVE)) {
                destroy(domains, domain);
            }
            for (Domain domain : domains.list()) {
                domains.undefine(domain);
            }
        }
    }

    private static void destroy(Domains domains, Domain domain) throws IOException, InterruptedException {
        try {
            domains.destroy(domain);
        } catch (LibvirtException e) {
            // A daemon that has just been started kills the process, and then its own look at the domain fails.
            if (e.code() != LibvirtException.OPERATION_INVALID) {
                throw e;
            }
        }
    }

    /** Its files on the hosts {@code a} and {@code b} have names of their own, for these are hosts on one computer. */
    record Guest(UUID id, String name, Path folder, Path emulator) {
        Path disk(String host) {
            return folder.resolve(id + host + ".raw");
        }

        /** Where both hosts' QEMU find each other. */
        Path memorySocket() {
            return folder.resolve("memory.sock");
        }

        /** The guest as it is to be on a host. */
        String xml(String host) {
            return """
                <domain type='qemu'>
                  <name>%s</name>
                  <uuid>%s</uuid>
                  <memory unit='MiB'>32</memory>
                  <vcpu>1</vcpu>
                  <os><type arch='x86_64' machine='q35'>hvm</type></os>
                  <cpu mode='custom' match='exact' check='none'><model fallback='forbid'>qemu64</model></cpu>
                  <devices>
                    <emulator>%s</emulator>
                    <disk type='file' device='disk'>
                      <driver name='qemu' type='raw' cache='none'/>
                      <source file='%s'/>
                      <target dev='vda' bus='virtio'/>
                    </disk>
                    <controller type='usb' model='none'/>
                    <serial type='file'><source path='%s' append='on'/></serial>
                    <memballoon model='none'/>
                  </devices>
                </domain>
                """.formatted(name, id, emulator, disk(host), serial(host));
        }

        private Path serial(String host) {
            return folder.resolve(id + host + ".serial");
        }

        /** What the guest has said on a host: an {@code A} for each time it counted to the end, a {@code B} for a wrong count. */
        String said(String host) throws IOException {
            Path serial = serial(host);
            return Files.exists(serial) ? Files.readString(serial, StandardCharsets.US_ASCII) : "";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            a.close();
        } finally {
            b.close();
        }
    }
}
