package io.drover.worker.libvirt;

import io.drover.worker.libvirt.domain.DomainEvents;
import io.drover.worker.libvirt.domain.Domains;
import io.drover.worker.libvirt.domain.LifecycleEvent;
import io.drover.worker.libvirt.migration.MigrationPhases;
import io.drover.worker.libvirt.rpc.LibvirtException;
import io.drover.worker.libvirt.rpc.Procedure;
import io.drover.worker.libvirt.rpc.RpcCalls;
import io.drover.worker.libvirt.rpc.RpcConnection;
import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the libvirt daemon of this host, for its QEMU guests ({@code qemu:///system}). Safe for several
 * threads. Every call may throw
 *
 * <ul>
 *   <li>{@link LibvirtException}: libvirt refused, with its words; the connection goes on,
 *   <li>{@link io.drover.worker.libvirt.rpc.LibvirtTimeoutException}: no answer in time; the connection goes on,
 *   <li>{@link io.drover.worker.libvirt.rpc.LibvirtConnectionException}: the connection broke, for all of its callers.
 * </ul>
 *
 * <p>The phases of a migration need a connection of their own for each migration: its end means something to libvirt
 * ({@link MigrationPhases}).
 */
public final class LibvirtHost implements AutoCloseable {
    /** Of Debian 12. Older ones lack nothing that is used, but nobody has tried. */
    public static final LibvirtVersion OLDEST = new LibvirtVersion(9, 0, 0);

    private static final String URI = "qemu:///system";

    // remote_auth_type; REMOTE_AUTH_TYPE_LIST_MAX.
    private static final int AUTH_NONE = 0;
    private static final int AUTH_SASL = 1;
    private static final int AUTH_POLKIT = 2;
    private static final int AUTH_TYPES_MAX = 20;

    /** {@code VIR_CONNECT_COMPARE_CPU_FAIL_INCOMPATIBLE}: tells what is missing. */
    private static final int FAIL_INCOMPATIBLE = 1;

    private final RpcCalls calls;
    private final DomainEvents events;

    private LibvirtHost(RpcCalls calls, DomainEvents events) {
        this.calls = calls;
        this.events = events;
    }

    /**
     * Connects, authenticates and looks at the version.
     *
     * @param socket from {@link LibvirtSocket#find}
     * @param limit for each call
     * @throws LibvirtUnavailableException nobody answers, this user may not, or libvirt is older than {@link #OLDEST}
     */
    public static LibvirtHost open(Path socket, Duration limit) throws IOException, InterruptedException {
        var events = new DomainEvents();
        RpcConnection connection;
        try {
            connection = RpcConnection.connect(socket, events);
        } catch (IOException e) {
            throw LibvirtSocket.explain(socket, e);
        }
        var host = new LibvirtHost(new RpcCalls(connection, limit), events);
        try {
            host.authenticate(socket);
            host.calls.tell(
                    Procedure.CONNECT_OPEN, new XdrWriter().optionalString(URI).int32(0));
            host.requireVersion(socket);
            return host;
        } catch (IOException | InterruptedException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The daemon asks a user other than root for polkit's consent by default; root for nothing. */
    private void authenticate(Path socket) throws IOException, InterruptedException {
        List<Integer> types = calls.ask(Procedure.AUTH_LIST, from -> from.array(AUTH_TYPES_MAX, XdrReader::int32));
        if (types.isEmpty() || types.contains(AUTH_NONE)) {
            return;
        }
        if (!types.contains(AUTH_POLKIT)) {
            throw new LibvirtUnavailableException("libvirt's daemon at " + socket + " wants a login by "
                    + (types.contains(AUTH_SASL) ? "SASL" : "methods " + types)
                    + "; set auth_unix_rw = \"none\" or \"polkit\" in its configuration");
        }
        try {
            calls.ask(Procedure.AUTH_POLKIT, XdrReader::int32);
        } catch (LibvirtException e) {
            throw LibvirtSocket.denied(socket, e.words());
        }
    }

    private void requireVersion(Path socket) throws IOException, InterruptedException {
        LibvirtVersion version = version();
        if (version.compareTo(OLDEST) < 0) {
            throw new LibvirtUnavailableException("libvirt " + version + " at " + socket + " is too old; " + OLDEST
                    + " or newer is needed (Debian 12, Ubuntu 23.04, RHEL 9.2 have it)");
        }
    }

    /** The same connection with another limit for each call; it is closed with this one. */
    public LibvirtHost within(Duration limit) {
        return new LibvirtHost(calls.within(limit), events);
    }

    public Domains domains() {
        return new Domains(calls);
    }

    public MigrationPhases migration() {
        return new MigrationPhases(calls);
    }

    /**
     * Has a listener told of what happens to any domain, as long as the connection lasts. The listener runs in the thread
     * that reads the connection: it returns at once and does not call libvirt, but wakes somebody who does.
     */
    public void listen(Consumer<LifecycleEvent> listener) throws IOException, InterruptedException {
        events.listen(calls, listener);
    }

    /** libvirt's version. */
    public LibvirtVersion version() throws IOException, InterruptedException {
        return LibvirtVersion.of(calls.ask(Procedure.CONNECT_GET_LIB_VERSION, XdrReader::int64));
    }

    /** The version of the QEMU that libvirt uses by default. */
    public LibvirtVersion qemuVersion() throws IOException, InterruptedException {
        return LibvirtVersion.of(calls.ask(Procedure.CONNECT_GET_VERSION, XdrReader::int64));
    }

    public String hostName() throws IOException, InterruptedException {
        return calls.ask(Procedure.CONNECT_GET_HOSTNAME, XdrReader::string);
    }

    /** What the host can run, as XML; with the {@code uuid} by which libvirt tells hosts apart. */
    public String capabilities() throws IOException, InterruptedException {
        return calls.ask(Procedure.CONNECT_GET_CAPABILITIES, XdrReader::string);
    }

    public NodeInfo nodeInfo() throws IOException, InterruptedException {
        return calls.ask(Procedure.NODE_GET_INFO, NodeInfo::read);
    }

    /**
     * Whether a guest of another host could run here with its processor.
     *
     * @param emulator path, or null for the default
     * @param machine type, or null for the default
     * @param virtType {@code kvm}, {@code qemu}, or null for the best there is
     * @param cpuXml the element {@code <cpu>} of its live description
     */
    public CpuComparison compareCpu(
            @Nullable String emulator, @Nullable String machine, @Nullable String virtType, String cpuXml)
            throws IOException, InterruptedException {
        var arguments = new XdrWriter()
                .optionalString(emulator)
                .optionalString(null) // the architecture: the host's
                .optionalString(machine)
                .optionalString(virtType)
                .string(cpuXml)
                .int32(FAIL_INCOMPATIBLE);
        try {
            int result = calls.ask(Procedure.CONNECT_COMPARE_HYPERVISOR_CPU, arguments, XdrReader::int32);
            return new CpuComparison(result > 0, "");
        } catch (LibvirtException e) {
            if (e.code() == LibvirtException.CPU_INCOMPATIBLE) {
                return new CpuComparison(false, e.words());
            }
            throw e;
        }
    }

    /** The description of a virtual network. Where there are several daemons, {@code virtnetworkd}'s socket tells it. */
    public Optional<String> networkXml(String name) throws IOException, InterruptedException {
        return describe(
                Procedure.NETWORK_LOOKUP_BY_NAME, Procedure.NETWORK_GET_XML_DESC, name, LibvirtException.NO_NETWORK);
    }

    /** The description of a storage pool. Where there are several daemons, {@code virtstoraged}'s socket tells it. */
    public Optional<String> storagePoolXml(String name) throws IOException, InterruptedException {
        return describe(
                Procedure.STORAGE_POOL_LOOKUP_BY_NAME,
                Procedure.STORAGE_POOL_GET_XML_DESC,
                name,
                LibvirtException.NO_STORAGE_POOL);
    }

    private Optional<String> describe(Procedure lookup, Procedure description, String name, int unknown)
            throws IOException, InterruptedException {
        try {
            XdrWriter arguments = calls.ask(
                    lookup,
                    new XdrWriter().string(name),
                    from -> new XdrWriter()
                            .string(from.string())
                            .uuid(from.uuid())
                            .int32(0));
            return Optional.of(calls.ask(description, arguments, XdrReader::string));
        } catch (LibvirtException e) {
            if (e.code() == unknown) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Whether the host has a network interface. Where there are several daemons, {@code virtinterfaced} knows. */
    public boolean hasInterface(String name) throws IOException, InterruptedException {
        try {
            calls.ask(Procedure.INTERFACE_LOOKUP_BY_NAME, new XdrWriter().string(name), LibvirtHost::nameAndMac);
            return true;
        } catch (LibvirtException e) {
            if (e.code() == LibvirtException.NO_INTERFACE) {
                return false;
            }
            throw e;
        }
    }

    private static List<String> nameAndMac(XdrReader from) throws XdrException {
        return List.of(from.string(), from.string());
    }

    public boolean isOpen() {
        return calls.connection().isOpen();
    }

    @Override
    public void close() {
        calls.connection().close();
    }
}
