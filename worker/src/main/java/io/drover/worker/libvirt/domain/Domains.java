package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.rpc.LibvirtException;
import io.drover.worker.libvirt.rpc.Procedure;
import io.drover.worker.libvirt.rpc.RpcCalls;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Calls about domains. Each throws {@link LibvirtException} with libvirt's words where it refuses; where the domain is
 * gone, with {@link LibvirtException#NO_DOMAIN}.
 */
public final class Domains {
    /** {@code REMOTE_DOMAIN_LIST_MAX}. */
    private static final int LIST_MAX = 16384;
    /** {@code VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT}. */
    private static final int NOWAIT = 1 << 29;

    private final RpcCalls calls;

    public Domains(RpcCalls calls) {
        this.calls = calls;
    }

    /** All of them, or those that fit to one of each kind of filter. */
    public List<Domain> list(DomainFilter... filters) throws IOException, InterruptedException {
        var arguments = new XdrWriter().bool(true).int32(Flag.bits(filters));
        return calls.ask(Procedure.CONNECT_LIST_ALL_DOMAINS, arguments, from -> {
            List<Domain> domains = from.array(LIST_MAX, Domain::read);
            from.uint32(); // their number once more
            return domains;
        });
    }

    public Optional<Domain> find(UUID uuid) throws IOException, InterruptedException {
        return find(Procedure.DOMAIN_LOOKUP_BY_UUID, new XdrWriter().uuid(uuid));
    }

    public Optional<Domain> find(String name) throws IOException, InterruptedException {
        return find(Procedure.DOMAIN_LOOKUP_BY_NAME, new XdrWriter().string(name));
    }

    private Optional<Domain> find(Procedure lookup, XdrWriter arguments) throws IOException, InterruptedException {
        try {
            return Optional.of(calls.ask(lookup, arguments, Domain::read));
        } catch (LibvirtException e) {
            if (e.code() == LibvirtException.NO_DOMAIN) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The live description, or the persistent one of a domain that is not active. */
    public String xml(Domain domain, XmlFlag... flags) throws IOException, InterruptedException {
        var arguments = domain.argument().int32(Flag.bits(flags));
        return calls.ask(Procedure.DOMAIN_GET_XML_DESC, arguments, XdrReader::string);
    }

    public DomainStatus status(Domain domain) throws IOException, InterruptedException {
        return calls.ask(Procedure.DOMAIN_GET_STATE, domain.argument().int32(0), DomainStatus::read);
    }

    public DomainInfo info(Domain domain) throws IOException, InterruptedException {
        return calls.ask(Procedure.DOMAIN_GET_INFO, domain.argument(), DomainInfo::read);
    }

    /** Whether it has a definition that outlives its process. */
    public boolean isPersistent(Domain domain) throws IOException, InterruptedException {
        return calls.ask(Procedure.DOMAIN_IS_PERSISTENT, domain.argument(), XdrReader::bool);
    }

    /** Makes the definition, or replaces that of the same name and UUID; makes a transient domain persistent. */
    public Domain define(String xml) throws IOException, InterruptedException {
        return calls.ask(
                Procedure.DOMAIN_DEFINE_XML_FLAGS, new XdrWriter().string(xml).int32(0), Domain::read);
    }

    /** Removes the definition. An active domain goes on as a transient one. */
    public void undefine(Domain domain, UndefineFlag... flags) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_UNDEFINE_FLAGS, domain.argument().int32(Flag.bits(flags)));
    }

    /** Starts a defined domain; returns when its process runs. */
    public Domain start(Domain domain, StartFlag... flags) throws IOException, InterruptedException {
        var arguments = domain.argument().int32(Flag.bits(flags));
        return calls.ask(Procedure.DOMAIN_CREATE_WITH_FLAGS, arguments, Domain::read);
    }

    /** Lets a paused domain run, whoever paused it; also an incoming one, after the phase Finish. */
    public void resume(Domain domain) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_RESUME, domain.argument());
    }

    public void suspend(Domain domain) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_SUSPEND, domain.argument());
    }

    /** Asks the guest to power off; returns before it has. */
    public void shutdown(Domain domain) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_SHUTDOWN, domain.argument());
    }

    /**
     * Ends the process. Refused as {@link LibvirtException#OPERATION_INVALID} where there is none, or where it ended on
     * the way: a domain that is to be gone is gone then.
     */
    public void destroy(Domain domain, DestroyFlag... flags) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_DESTROY_FLAGS, domain.argument().int32(Flag.bits(flags)));
    }

    public boolean autostart(Domain domain) throws IOException, InterruptedException {
        return calls.ask(Procedure.DOMAIN_GET_AUTOSTART, domain.argument(), XdrReader::bool);
    }

    /** Of a persistent domain only. */
    public void setAutostart(Domain domain, boolean autostart) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_SET_AUTOSTART, domain.argument().bool(autostart));
    }

    /**
     * Figures of all domains, by one call. Does not wait for a domain with a job, but tells less of it.
     *
     * @param groups none means all that libvirt has
     */
    public List<DomainStats> stats(Collection<StatsGroup> groups, DomainFilter... filters)
            throws IOException, InterruptedException {
        var arguments = new XdrWriter()
                .int32(0) // no domains by name
                .int32(Flag.bits(groups))
                .int32(NOWAIT | Flag.bits(filters));
        return calls.ask(
                Procedure.CONNECT_GET_ALL_DOMAIN_STATS, arguments, from -> from.array(LIST_MAX, DomainStats::read));
    }

    /**
     * Gives a line of QMP to the domain's QEMU (libvirt's {@code qemu-monitor-command}); events are not passed on.
     * libvirt lets it through at any time but between the phases Prepare and Finish at a destination, and while another
     * thread's question is not answered: then it waits for up to 30 s.
     *
     * @param command a JSON object with {@code execute}
     * @return QEMU's JSON object, with {@code return} or with {@code error}
     */
    public String monitorCommand(Domain domain, String command) throws IOException, InterruptedException {
        var arguments = domain.argument().string(command).int32(0);
        return calls.ask(Procedure.QEMU_DOMAIN_MONITOR_COMMAND, arguments, XdrReader::string);
    }
}
