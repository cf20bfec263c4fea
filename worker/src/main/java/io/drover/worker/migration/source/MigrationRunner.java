package io.drover.worker.migration.source;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.evidence.StepEvidence;
import io.drover.messages.text.FileProblem;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.hypervisor.VmStatus;
import io.drover.worker.migration.metrics.RollBackCause;
import io.drover.worker.migration.source.Step.Made;
import io.drover.worker.ownership.LostCommit;
import io.drover.worker.ownership.OwnershipMarks.Give;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import io.drover.worker.peer.Destination.Prepared;
import io.drover.worker.peer.LinkBrokenException;
import io.drover.worker.peer.PeerRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one migration at its source, from wherever it stands to its end, in the calling thread. A fresh migration, one that
 * an earlier worker left behind and one whose give was not answered go the same way: claim (which shuts every earlier
 * attempt out), then look at the row, the mark and the VM.
 */
public final class MigrationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationRunner.class);

    private final SourcePorts ports;
    private final MigrationPolicy policy;
    private final Recipes recipes;
    private final RollBack rollBack;
    private final BrokenLinks links;
    private final Troubles troubles;
    private final Switchovers switchovers = new Switchovers();
    /** Why migrations turned back, until the database has heard it. */
    private final Map<MigrationId, TurnBack> unheard = new ConcurrentHashMap<>();

    /** {@code recipes}: see {@code steps.Recipe}. */
    public MigrationRunner(SourcePorts ports, MigrationPolicy policy, Recipes recipes) {
        this.ports = ports;
        this.policy = policy;
        this.recipes = recipes;
        this.rollBack = new RollBack(recipes);
        this.links = new BrokenLinks(ports.clock(), policy.linkPatience());
        this.troubles = new Troubles(ports.store());
    }

    /**
     * The ways of a migration.
     *
     * @param live of a VM that runs
     * @param idle of one that is stopped
     */
    public record Recipes(Recipe live, Recipe idle) {
        /** That by which a migration has begun. */
        Recipe begun(List<JournalEntry> journal) {
            boolean copiesImages = journal.stream()
                    .anyMatch(entry -> entry.undoneAt() == null
                            && entry.step().equals(idle.opening().name()));
            return copiesImages ? idle : live;
        }
    }

    /** What is to be done with a migration after its thread ended. */
    public enum End {
        /** Nothing: it is over, stranded, or not this host's. */
        OVER,
        /** Take it up again later: the database or the other host does not answer. */
        LATER
    }

    /** Why a migration turns back: for people, and for those who count. */
    private record TurnBack(String reason, RollBackCause cause) {}

    /** How one look at a migration ended. */
    private enum Look {
        OVER,
        AGAIN
    }

    /** The switchovers of the migrations that are being run. */
    Switchovers switchovers() {
        return switchovers;
    }

    /** Returns when the migration is over or waits for something that does not come. */
    public End run(MigrationId id) throws InterruptedException {
        for (int tries = 0; tries < policy.retriesMax(); tries++) {
            if (look(id) == Look.OVER) {
                troubles.forget(id);
                return End.OVER;
            }
            ports.clock().sleep(policy.retryPause());
        }
        return End.LATER;
    }

    private Look look(MigrationId id) throws InterruptedException {
        try {
            Optional<MigrationRecord> claimed = ports.store().claim(id, policy.lease());
            if (claimed.isEmpty()) {
                links.forget(id);
                return Look.OVER;
            }
            String incarnation = ports.store().incarnation();
            try (var context = new MigrationContext(claimed.get(), ports, policy, incarnation)) {
                troubles.begun(context);
                return attempt(context);
            }
        } catch (StoreUnavailableException e) {
            troubles.unheard(id, FileProblem.told(e));
            return Look.AGAIN;
        }
    }

    private Look attempt(MigrationContext context) throws InterruptedException {
        try {
            return takeUp(context);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (IOException | MigrationOutcome e) {
            troubles.failed(context, reasonOf(context, e));
            return Look.AGAIN;
        } catch (RuntimeException e) {
            troubles.failed(context, "a defect of Drover, the log of its worker has more: " + e);
            throw e;
        } finally {
            switchovers.leave(context.id());
        }
    }

    private Look takeUp(MigrationContext context) throws IOException, InterruptedException {
        return switch (context.state()) {
            case PREPARING, REPLICATING, SWITCHING -> beforeTheGive(context);
            case RESUMING, PULLING, FINISHING -> afterTheGive(context);
            case ROLLING_BACK -> rollBack(context, known(context.record()));
            case QUEUED, STRANDED, COMPLETED, ROLLED_BACK, CANCELLED, REJECTED -> Look.OVER;
        };
    }

    private Look afterTheGive(MigrationContext context) throws IOException, InterruptedException {
        Optional<String> lost =
                LostCommit.proof(ports.marks(), context.vm(), context.record().epoch() + 1, context.id());
        if (lost.isPresent()) {
            return strand(context, lost.get());
        }
        Recipe recipe = recipes.begun(ports.store().journal(context.id()));
        return complete(
                context, () -> handOver(context, recipe, step -> !step.state().precedes(context.state())));
    }

    /**
     * A VM moves as one that is stopped when that is what is wanted and no process of it lives. One that shall run and
     * does not would be down for the whole copy: it is started first.
     */
    private Look begin(MigrationContext context) throws IOException, InterruptedException {
        boolean wantedStopped =
                ports.store().vm(context.vm()).map(VmRecord::wantedPower).equals(Optional.of(VmRecord.Power.STOPPED));
        boolean alive = context.vmStatus().isPresent();
        if (wantedStopped && alive && context.state() == MigrationState.PREPARING) {
            // Moved now, it would power off on the way.
            return turnBack(
                    context,
                    new MigrationOutcome.Rejected("vm: " + context.definition().name()
                            + " is being stopped; it can be moved when that is over"));
        }
        Recipe recipe = wantedStopped && !alive ? recipes.idle() : recipes.live();
        return goForward(context, recipe, () -> replicate(context, recipe));
    }

    private Look beforeTheGive(MigrationContext context) throws IOException, InterruptedException {
        MigrationRecord record = context.record();
        // Only a switchover gives a VM away: a giving mark of this migration is doubt there and evidence before
        // it.
        boolean mayBeUnderWay = context.state() == MigrationState.SWITCHING;
        Optional<String> lost =
                LostCommit.proof(ports.marks(), context.vm(), record.epoch(), mayBeUnderWay ? context.id() : null);
        if (lost.isPresent()) {
            return strand(context, lost.get());
        }
        Optional<Mark> newest = ports.marks().mark(context.vm(), context.id());
        Optional<Kind> mark = newest.map(Mark::kind);
        if (mark.equals(Optional.of(Kind.GIVING))) {
            return inDoubt(context, newest.get());
        }
        if (mark.equals(Optional.of(Kind.ABORTED))) {
            return rollBack(context, known(record));
        }
        if (context.state() != MigrationState.SWITCHING) {
            return begin(context);
        }
        // An earlier worker died in the switchover. Past it the destination may have everything; before, the guest may
        // stand still: the shortest way to let it run is back.
        boolean stopped = context.vmStatus().equals(Optional.of(VmStatus.POST_MIGRATE));
        return stopped
                ? goForward(context, recipes.live(), () -> handOver(context, recipes.live(), step -> true))
                : rollBack(
                        context,
                        new TurnBack(
                                "the worker of " + record.task().source() + " ended in the middle of the switchover",
                                RollBackCause.WORKER_ENDED));
    }

    /**
     * The give was not answered. A claim with a higher number has shut the earlier call out, so what the row says now will
     * stay (docs/architecture.md, Ownership: In doubt), unless the database was set back: only the destination knows then
     * whether it ran the guest.
     */
    private Look inDoubt(MigrationContext context, Mark giving) throws IOException, InterruptedException {
        Give give = giving.give();
        if (give != null && give.attempt() >= context.record().attempt()) {
            troubles.failed(context, "the database has forgotten attempt " + give.attempt());
            return Look.AGAIN;
        }
        VmRecord row = ports.store().vm(context.vm()).orElseThrow(() -> new IOException("the VM's row is gone"));
        HostId here = context.record().task().source();
        if (!row.owner().equals(here) || row.epoch() != context.record().epoch()) {
            return Look.AGAIN;
        }
        boolean setBack = give != null && !give.incarnation().equals(context.incarnation());
        Optional<String> against = new Witness(context).against(setBack);
        if (against.isPresent()) {
            return strand(context, against.get());
        }
        return rollBack(
                context,
                context.record().cancelRequested()
                        ? new TurnBack("cancelled by request", RollBackCause.CANCELLED)
                        : new TurnBack(
                                "the database did not answer the handover to " + context.destinationName(),
                                RollBackCause.DATABASE));
    }

    private Look goForward(MigrationContext context, Recipe recipe, Way way) throws IOException, InterruptedException {
        try {
            return complete(context, way);
        } catch (MigrationOutcome.Superseded e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Whatever went wrong, a defect included: unless the VM may have been given away, the guest must go on
            // here, and that needs nobody's leave.
            if (mayBeGiven(context)) {
                throw e;
            }
            if (links.goOn(context, recipe.opening(), e)) {
                troubles.failed(context, reasonOf(context, e));
                return Look.AGAIN;
            }
            return turnBack(context, links.spent(context) ? givenUp(context, e) : e);
        }
    }

    private static MigrationOutcome.Abandoned givenUp(MigrationContext context, Exception last) {
        return new MigrationOutcome.Abandoned(
                RollBackCause.LINK,
                "the link broke in " + context.record().attempt() + " attempts, at last: " + reasonOf(context, last));
    }

    private boolean mayBeGiven(MigrationContext context) throws IOException {
        return !context.state().beforeGive()
                || ports.marks()
                        .mark(context.vm(), context.id())
                        .map(Mark::kind)
                        .equals(Optional.of(Kind.GIVING));
    }

    private Look turnBack(MigrationContext context, Exception cause) throws IOException, InterruptedException {
        String reason = reasonOf(context, cause);
        boolean defect = cause instanceof RuntimeException && !(cause instanceof MigrationOutcome);
        LOG.info("migration {} turns back: {}", context.id(), reason, defect ? cause : null);
        boolean untouched = context.state() == MigrationState.PREPARING
                && (cause instanceof MigrationOutcome.Rejected || cause instanceof PeerRefusedException);
        if (untouched) {
            context.moveTo(MigrationState.REJECTED, reason);
            return Look.OVER;
        }
        return rollBack(context, new TurnBack(reason, causeOf(cause)));
    }

    private static RollBackCause causeOf(Exception ended) {
        return switch (ended) {
            case MigrationOutcome.Abandoned abandoned -> abandoned.cause();
            case MigrationOutcome.Rejected _, PeerRefusedException _ -> RollBackCause.REFUSED;
            case LinkBrokenException _ -> RollBackCause.LINK;
            case VmGoneException _ -> RollBackCause.GUEST;
            case StoreUnavailableException _ -> RollBackCause.DATABASE;
            case RuntimeException _ -> RollBackCause.DEFECT;
            default -> RollBackCause.OTHER;
        };
    }

    private Look rollBack(MigrationContext context, TurnBack why) throws IOException, InterruptedException {
        try {
            unheard.put(context.id(), why);
            rollBack.run(context, why.reason());
            unheard.remove(context.id());
            ports.meters().rolledBack(why.cause());
            return Look.OVER;
        } catch (MigrationOutcome.Stranded e) {
            return strand(context, e.reason());
        }
    }

    private Look complete(MigrationContext context, Way way) throws IOException, InterruptedException {
        try {
            way.run();
            context.moveTo(MigrationState.COMPLETED, null);
            links.forget(context.id());
            return Look.OVER;
        } catch (MigrationOutcome.Stranded e) {
            return strand(context, e.reason());
        }
    }

    /** The whole recipe. */
    private void replicate(MigrationContext context, Recipe recipe) throws IOException, InterruptedException {
        for (Step.Plain step : recipe.checks()) {
            run(context, step);
        }
        Prepared destination =
                make(context, recipe.preparing(), () -> recipe.preparing().run(context));
        List<DiskReplication> disks =
                make(context, recipe.opening(), () -> recipe.opening().run(context, destination));
        for (Step.Copying step : recipe.copying()) {
            if (step.wanted(context)) {
                enter(context, step);
                leave(context, step, step.run(context, disks));
            }
        }
        handOver(context, recipe, step -> true);
    }

    /** The rest of a recipe, for an earlier attempt's work as well. */
    private void handOver(MigrationContext context, Recipe recipe, Predicate<Step> from)
            throws IOException, InterruptedException {
        for (Step.Plain step :
                recipe.handover().stream().dropWhile(from.negate()).toList()) {
            run(context, step);
        }
    }

    private void run(MigrationContext context, Step.Plain step) throws IOException, InterruptedException {
        if (step.wanted(context)) {
            enter(context, step);
            leave(context, step, step.run(context));
        }
    }

    private <P> P make(MigrationContext context, Step step, Work<P> work) throws IOException, InterruptedException {
        enter(context, step);
        Made<P, ? extends StepEvidence> made = work.run();
        leave(context, step, made.evidence());
        return made.product();
    }

    private void enter(MigrationContext context, Step step) throws IOException, InterruptedException {
        switchovers.entering(context.id(), context.state(), step.state());
        // Later states are reached by the give and by the destination, never by a wish of this worker.
        if (step.state().beforeGive() && context.state().precedes(step.state())) {
            if (!step.state().beforeSwitchover()) {
                context.session().beginSwitchover();
            }
            patiently(context, () -> context.moveTo(step.state(), null));
        }
        context.monitor().enter(step.name());
        if (context.state().beforeSwitchover()) {
            context.monitor().checkNow();
        }
        context.journal().intend(step);
        patiently(context, context.journal()::write);
        context.entered().add(step);
    }

    private void leave(MigrationContext context, Step step, StepEvidence evidence)
            throws IOException, InterruptedException {
        context.journal().done(step, evidence);
        patiently(context, context.journal()::write);
        troubles.passed(context, step);
    }

    /** While the guest cannot be waiting, a database that goes away for a moment is no reason to begin anew. */
    private void patiently(MigrationContext context, StoreCall call) throws IOException, InterruptedException {
        Duration end = ports.clock().elapsed().plus(policy.storePatience());
        while (true) {
            try {
                call.run();
                return;
            } catch (StoreUnavailableException e) {
                boolean mayWait = context.state().beforeSwitchover();
                if (!mayWait || ports.clock().elapsed().compareTo(end) >= 0) {
                    throw e;
                }
            }
            ports.clock().sleep(policy.retryPause());
        }
    }

    /** Steps of a migration, one after the other. */
    @FunctionalInterface
    private interface Way {
        void run() throws IOException, InterruptedException;
    }

    /** A step that makes something. */
    @FunctionalInterface
    private interface Work<P> {
        Made<P, ? extends StepEvidence> run() throws IOException, InterruptedException;
    }

    /** A call that may be repeated. */
    @FunctionalInterface
    private interface StoreCall {
        void run() throws IOException;
    }

    private Look strand(MigrationContext context, String reason) throws IOException {
        LOG.error("migration {} is stranded: {}", context.id(), reason);
        context.moveTo(MigrationState.STRANDED, reason);
        return Look.OVER;
    }

    private TurnBack known(MigrationRecord record) {
        TurnBack known = unheard.get(record.task().id());
        if (known != null) {
            return known;
        }
        String reason = record.reason() == null
                ? "the worker of " + record.task().source() + " was restarted while it turned back"
                : record.reason();
        return new TurnBack(reason, RollBackCause.WORKER_ENDED);
    }

    private static String reasonOf(MigrationContext context, Exception cause) {
        String message = FileProblem.told(cause);
        if (cause instanceof MigrationOutcome) {
            return message;
        }
        if (cause instanceof PeerRefusedException) {
            return context.destinationName() + ": " + message;
        }
        List<Step> entered = context.entered();
        return entered.isEmpty() ? message : entered.getLast().name() + ": " + message;
    }
}
