package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.messages.HostId;
import io.drover.messages.HostPort;
import io.drover.worker.hypervisor.qemu.process.LoopbackAddress;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuTls;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.pki.Encryption;
import io.drover.worker.qmp.QmpException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Optional;

/** The destination's half of native mirrors: disks exported writable on a TCP port until the VM first runs. */
public final class MirrorServer {
    /** Begins the names of its exports, which are written to. */
    static final String PREFIX = "drover-mirror-";

    private static final int PORTS_TRIED_MAX = 10;
    private static final int CONNECT_MILLIS_MAX = 2000;

    private final QemuExports exports;
    private final VmFolder folder;
    private final Encryption encryption;
    private final QemuTls tls;

    public MirrorServer(QemuExports exports, VmFolder folder, Encryption encryption, QemuTls tls) {
        this.exports = exports;
        this.folder = folder;
        this.encryption = encryption;
        this.tls = tls;
    }

    /** Exports the disk for this source alone; returns {@link MirrorTarget} as text. */
    public String accept(DiskDefinition disk, String address, HostId source) throws IOException, InterruptedException {
        String export = PREFIX + disk.id();
        String server = listening(LoopbackAddress.check(address, encryption), source);
        exports.addWritable(export, QemuCommandLine.node(disk));
        return MirrorTarget.parse(server + "/" + export).toString();
    }

    private String listening(String address, HostId source) throws IOException, InterruptedException {
        Optional<String> known = folder.mirrorServer();
        if (known.isPresent() && accepts(MirrorTarget.parse(known.get() + "/any"))) {
            return known.get();
        }
        String server = switch (encryption) {
            case Encryption.Tls own -> {
                tls.receive(own.certificates().folder(), source.value());
                var secured = Map.of("tls-creds", tls.credentials(), "tls-authz", tls.authorization());
                yield MirrorTarget.server(Optional.of(own.certificates().host().value()), start(address, secured));
            }
            case Encryption.Off _ -> MirrorTarget.server(Optional.empty(), start(address, Map.of()));
        };
        folder.rememberMirrorServer(server);
        return server;
    }

    /** QEMU 7.2 does not tell which port it chose, so it gets a free one; somebody may take that first. */
    private HostPort start(String address, Map<String, String> encryption) throws IOException, InterruptedException {
        QmpException refusal = null;
        for (int tried = 0; tried < PORTS_TRIED_MAX; tried++) {
            // QEMU wants an IPv6 address without its brackets.
            var free = new HostPort(address, freePort(address));
            try {
                exports.serve(free.host(), free.port(), encryption);
                return free;
            } catch (QmpException e) {
                refusal = e;
            }
        }
        throw new IOException("no port on " + address + " to take mirrors in", refusal);
    }

    private static int freePort(String address) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return socket.getLocalPort();
        }
    }

    private static boolean accepts(MirrorTarget target) {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(
                            target.address().host(), target.address().port()),
                    CONNECT_MILLIS_MAX);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends the exports and frees the port: from now on only the guest writes. Harmless when there are none. */
    public void end() throws IOException, InterruptedException {
        exports.remove(PREFIX);
        if (folder.mirrorServer().isPresent()) {
            exports.stop();
            folder.forgetMirrorServer();
        }
        tls.end();
    }
}
