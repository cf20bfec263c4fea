package io.drover.worker.hypervisor.qemu.block;

import io.drover.messages.DiskDefinition;
import io.drover.worker.hypervisor.qemu.process.QemuCommandLine;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.VmFolder;
import io.drover.worker.nbd.NbdAddress;
import io.drover.worker.qmp.QmpException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** QEMU's NBD server, of which a process has one, and its exports. Every call may be repeated. */
public final class QemuExports {
    private static final Logger LOG = LoggerFactory.getLogger(QemuExports.class);

    private final QemuMonitor monitor;
    private final VmFolder folder;
    private final ReadNodes readNodes;

    public QemuExports(QemuMonitor monitor, VmFolder folder, List<DiskDefinition> disks) {
        this.monitor = monitor;
        this.folder = folder;
        this.readNodes = new ReadNodes(monitor, disks);
    }

    NbdAddress address() {
        return new NbdAddress.Unix(folder.nbdSocket());
    }

    private void serveLocally() throws IOException, InterruptedException {
        if (accepts(folder.nbdSocket())) {
            return;
        }
        // Nobody listens there: if a server runs, it is one for mirrors that came in, and they are over.
        stopIdle();
        monitor.execute("nbd-server-start", Map.of("addr", unixAddress()));
    }

    private Map<String, Object> unixAddress() {
        return Map.of("type", "unix", "data", Map.of("path", folder.nbdSocket().toString()));
    }

    /**
     * Has the server listen on a TCP port.
     *
     * @param encryption {@code tls-creds} and {@code tls-authz}, or nothing
     */
    void serve(String host, int port, Map<String, String> encryption) throws IOException, InterruptedException {
        Map<String, Object> inet = Map.of("host", host, "port", Integer.toString(port));
        Map<String, Object> arguments = new HashMap<>(encryption);
        arguments.put("addr", Map.of("type", "inet", "data", inet));
        alone(() -> {
            stopIdle();
            monitor.execute("nbd-server-start", arguments);
        });
    }

    /** Stops the server of mirrors that came in; fails when something is exported still. */
    void stop() throws IOException, InterruptedException {
        alone(this::stopIdle);
    }

    /** Removes the nodes that were only for reading, and stops the server, when nothing is exported any more. */
    void stopUnused() throws IOException, InterruptedException {
        alone(() -> {
            Set<String> exported = exportedNodes();
            readNodes.removeUnused(exported);
            if (exported.isEmpty()) {
                stopIdle();
            }
        });
    }

    private Set<String> exportedNodes() throws IOException, InterruptedException {
        var nodes = new HashSet<String>();
        for (JsonNode export : monitor.query("query-block-exports")) {
            nodes.add(export.path("node-name").asString(""));
        }
        return nodes;
    }

    /** A change of the server or of what it exports. */
    @FunctionalInterface
    private interface Change {
        void make() throws IOException, InterruptedException;
    }

    /**
     * The end of one migration and the beginning of the next meet here: that one must not stop the server between this one's
     * look and its export.
     */
    private void alone(Change change) throws IOException, InterruptedException {
        monitor.serverLock().lockInterruptibly();
        try {
            change.make();
        } finally {
            monitor.serverLock().unlock();
        }
    }

    private void stopIdle() throws IOException, InterruptedException {
        List<String> left = ids("");
        if (!left.isEmpty()) {
            throw new IOException("the NBD server of VM " + monitor.vm() + " still exports " + left);
        }
        try {
            monitor.query("nbd-server-stop");
        } catch (QmpException e) {
            if (!e.description().contains("not running")) {
                throw e;
            }
        }
    }

    /** Whether somebody listens on this unix socket. */
    private static boolean accepts(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Exports a disk on the VM's unix socket.
     *
     * @param bitmaps of the disk's own node, which may be another than the one that is exported
     */
    void addReadable(String id, DiskDefinition disk, List<String> bitmaps) throws IOException, InterruptedException {
        List<Map<String, String>> ofOwnNode = bitmaps.stream()
                .map(name -> Map.of("node", QemuCommandLine.node(disk), "name", name))
                .toList();
        addLocally(id, disk, Map.of("bitmaps", ofOwnNode));
    }

    /** As {@link #addReadable}, with the context that tells how deep in a chain of images content lies. */
    void addLayered(String id, DiskDefinition disk) throws IOException, InterruptedException {
        addLocally(id, disk, Map.of("allocation-depth", true));
    }

    private void addLocally(String id, DiskDefinition disk, Map<String, ?> contexts)
            throws IOException, InterruptedException {
        alone(() -> {
            serveLocally();
            Map<String, Object> export = new HashMap<>(contexts);
            export.putAll(Map.of("id", id, "name", id, "type", "nbd", "writable", false));
            export.put("node-name", readNodes.of(disk));
            add(export);
        });
    }

    /** By the server that {@link #serve} started. */
    void addWritable(String id, String node) throws IOException, InterruptedException {
        add(Map.of("id", id, "node-name", node, "name", id, "type", "nbd", "writable", true));
    }

    private void add(Map<String, ?> export) throws IOException, InterruptedException {
        if (!ids("").contains(export.get("id"))) {
            monitor.execute("block-export-add", export);
        }
    }

    /** Ends the exports whose ids begin like this, with their connections, and waits until they are gone. */
    void remove(String prefix) throws IOException, InterruptedException {
        for (String id : ids(prefix)) {
            try {
                monitor.execute("block-export-del", Map.of("id", id, "mode", "hard"));
            } catch (QmpException e) {
                // It ended meanwhile or is ending; whether it goes is looked at below.
                LOG.debug("export {}: {}", id, e.description());
            }
        }
        monitor.deadline()
                .until("the end of exports " + prefix, () -> ids(prefix).isEmpty());
    }

    List<String> ids(String prefix) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (JsonNode export : monitor.query("query-block-exports")) {
            String id = export.path("id").asString("");
            if (id.startsWith(prefix)) {
                ids.add(id);
            }
        }
        return ids;
    }
}
