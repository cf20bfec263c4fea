package io.drover.worker.libvirt.migration;

import io.drover.worker.libvirt.domain.Domain;
import io.drover.worker.libvirt.domain.Flag;
import io.drover.worker.libvirt.rpc.LibvirtException;
import io.drover.worker.libvirt.rpc.Procedure;
import io.drover.worker.libvirt.rpc.RpcCalls;
import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.util.Set;

/**
 * The five phases of a migration (libvirt's {@code virDomainMigrate3}, libvirt-domain.c) one by one, and jobs: Begin at
 * the source, Prepare at the destination, Perform at the source, Finish at the destination, Confirm at the source.
 *
 * <p>What the end of a connection means, unless somebody else took the next phase over his own: of the source's before
 * Perform has ended nothing, after it the job is dropped and the domain stays paused; of the destination's before
 * Finish that the incoming domain is destroyed.
 */
public final class MigrationPhases {
    /** {@code VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED}. */
    private static final int OF_THE_LAST_JOB = 3;

    private final RpcCalls calls;

    public MigrationPhases(RpcCalls calls) {
        this.calls = calls;
    }

    /** Source, 1: refuses what cannot move, and checks the destination's description against the guest. */
    public MigrationBegun begin(Domain domain, MigrationParameters parameters, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        XdrWriter arguments = domain.argument();
        parameters.write(arguments);
        arguments.int32(Flag.bits(flags));
        return calls.ask(Procedure.DOMAIN_MIGRATE_BEGIN3_PARAMS, arguments, from -> {
            MigrationCookie cookie = cookie(from);
            return new MigrationBegun(from.string(), cookie);
        });
    }

    /**
     * Destination, 2: starts a QEMU that awaits the memory. Until Finish it answers no QMP.
     *
     * @param parameters with the description that Begin gave
     * @param cookie Begin's
     */
    public MigrationPrepared prepare(MigrationParameters parameters, MigrationCookie cookie, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        var arguments = new XdrWriter();
        parameters.write(arguments);
        arguments.opaque(cookie.bytes()).int32(Flag.bits(flags));
        return calls.ask(Procedure.DOMAIN_MIGRATE_PREPARE3_PARAMS, arguments, from -> {
            MigrationCookie next = cookie(from);
            return new MigrationPrepared(next, from.optional(XdrReader::string));
        });
    }

    /**
     * Source, 3: sends the memory and stops the guest for its last part. Ends when the destination has all of it, and
     * the guest stays stopped; or is refused, and the guest runs.
     *
     * @param cookie Prepare's
     */
    public MigrationCookie perform(
            Domain domain, MigrationParameters parameters, MigrationCookie cookie, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        XdrWriter arguments = domain.argument().optionalString(null); // the destination's URI, where libvirts do it
        parameters.write(arguments);
        arguments.opaque(cookie.bytes()).int32(Flag.bits(flags));
        return calls.ask(Procedure.DOMAIN_MIGRATE_PERFORM3_PARAMS, arguments, MigrationPhases::cookie);
    }

    /**
     * Destination, 4: the domain is complete, and runs unless {@link MigrationFlag#PAUSED} is given.
     *
     * @param cookie Perform's
     */
    public MigrationFinished finish(MigrationParameters parameters, MigrationCookie cookie, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        return finish(parameters, cookie, flags, false);
    }

    /** Destination, 4: destroys the incoming domain, because Perform was refused or is not wanted any more. */
    public void giveUpFinish(MigrationParameters parameters, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        try {
            finish(parameters, MigrationCookie.NONE, flags, true);
        } catch (LibvirtException e) {
            if (e.code() != LibvirtException.MIGRATE_FINISH_OK) {
                throw e;
            }
        }
    }

    private MigrationFinished finish(
            MigrationParameters parameters, MigrationCookie cookie, Set<MigrationFlag> flags, boolean cancelled)
            throws IOException, InterruptedException {
        var arguments = new XdrWriter();
        parameters.write(arguments);
        arguments.opaque(cookie.bytes()).int32(Flag.bits(flags)).bool(cancelled);
        return calls.ask(
                Procedure.DOMAIN_MIGRATE_FINISH3_PARAMS,
                arguments,
                from -> new MigrationFinished(Domain.read(from), cookie(from)));
    }

    /**
     * Source, 5: ends the stopped domain, which runs elsewhere.
     *
     * @param cookie Finish's
     */
    public void confirm(Domain domain, MigrationParameters parameters, MigrationCookie cookie, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        confirm(domain, parameters, cookie, flags, false);
    }

    /** Source, 5: lets the stopped domain run on, which is gone elsewhere. */
    public void giveUpConfirm(Domain domain, MigrationParameters parameters, Set<MigrationFlag> flags)
            throws IOException, InterruptedException {
        confirm(domain, parameters, MigrationCookie.NONE, flags, true);
    }

    private void confirm(
            Domain domain,
            MigrationParameters parameters,
            MigrationCookie cookie,
            Set<MigrationFlag> flags,
            boolean cancelled)
            throws IOException, InterruptedException {
        XdrWriter arguments = domain.argument();
        parameters.write(arguments);
        arguments.opaque(cookie.bytes()).int32(Flag.bits(flags)).bool(cancelled);
        calls.tell(Procedure.DOMAIN_MIGRATE_CONFIRM3_PARAMS, arguments);
    }

    /** Ends the domain's job, whosever it is; Perform is refused then, and the guest runs. */
    public void abortJob(Domain domain) throws IOException, InterruptedException {
        calls.tell(Procedure.DOMAIN_ABORT_JOB, domain.argument());
    }

    /** The domain's job. */
    public JobStats jobStats(Domain domain) throws IOException, InterruptedException {
        return calls.ask(Procedure.DOMAIN_GET_JOB_STATS, domain.argument().int32(0), JobStats::read);
    }

    /** The last job that the domain completed; of a migration also at the destination. */
    public JobStats completedJobStats(Domain domain) throws IOException, InterruptedException {
        var arguments = domain.argument().int32(OF_THE_LAST_JOB);
        return calls.ask(Procedure.DOMAIN_GET_JOB_STATS, arguments, JobStats::read);
    }

    /** How long the guest may stand for the last part of its memory; also while Perform runs. */
    public void setMaxDowntime(Domain domain, long millis) throws IOException, InterruptedException {
        calls.tell(
                Procedure.DOMAIN_MIGRATE_SET_MAX_DOWNTIME,
                domain.argument().int64(millis).int32(0));
    }

    private static MigrationCookie cookie(XdrReader from) throws XdrException {
        return MigrationCookie.of(from.opaque());
    }
}
