package io.drover.worker.migration.source;

import io.drover.messages.MigrationState;
import io.drover.messages.text.FileProblem;
import io.drover.schema.record.JournalEntry;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.ownership.GuestResumption;
import io.drover.worker.ownership.LostCommit;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a migration back (docs/architecture.md, Ownership: Abort): the mark, then the guest, then the record, then
 * everything else, newest first. Only for a VM this host is known to own.
 */
final class RollBack {
    private static final Logger LOG = LoggerFactory.getLogger(RollBack.class);

    private final List<Step> newestFirst;

    /** Of both recipes, for an earlier attempt may have gone by the other; steps they share are undone once. */
    RollBack(MigrationRunner.Recipes recipes) {
        var steps = new LinkedHashMap<String, Step>();
        recipes.idle().steps().reversed().forEach(step -> steps.put(step.name(), step));
        recipes.live().steps().reversed().forEach(step -> steps.remove(step.name()));
        recipes.live().steps().reversed().forEach(step -> steps.put(step.name(), step));
        newestFirst = List.copyOf(steps.values());
    }

    /** Returns when the migration is terminal. */
    void run(MigrationContext context, String reason) throws IOException, InterruptedException {
        long epoch = ownEpoch(context);
        var aborted = new Mark(Kind.ABORTED, context.id(), epoch);
        boolean noted = note(context, aborted);
        Optional<SourceVm> vm = context.findVm();
        if (vm.isPresent()) {
            GuestResumption.await(vm.get(), context.ports().clock());
            context.monitor().guestGoesOn(false);
        }
        if (context.state() != MigrationState.ROLLING_BACK) {
            context.moveTo(MigrationState.ROLLING_BACK, reason);
        }
        undo(context);
        if (!noted && mayBeGiven(context)) {
            // While the giving mark stands this VM would not be started here any more.
            context.ports().marks().record(context.vm(), aborted);
        }
        boolean cancelled = context.ports()
                .store()
                .migration(context.id())
                .map(MigrationRecord::cancelRequested)
                .orElse(false);
        context.moveTo(cancelled ? MigrationState.CANCELLED : MigrationState.ROLLED_BACK, reason);
    }

    /**
     * A disk without room does not keep the guest waiting: without a giving mark the source may turn back as often as it
     * likes, and with one this attempt's claim has shut the give out, as the next one's will.
     */
    private static boolean note(MigrationContext context, Mark aborted) {
        try {
            context.ports().marks().record(context.vm(), aborted);
            return true;
        } catch (IOException e) {
            LOG.error("migration {}: it turns back without its mark: {}", context.id(), FileProblem.told(e));
            return false;
        }
    }

    private static boolean mayBeGiven(MigrationContext context) throws IOException {
        return context.ports()
                .marks()
                .mark(context.vm(), context.id())
                .filter(mark -> mark.kind() == Kind.GIVING || mark.kind() == Kind.GIVEN)
                .isPresent();
    }

    /**
     * The epoch at which this host owns the VM. Before the give nobody else can have changed it, so no database is
     * asked; a migration found rolling back may have been given and given back.
     */
    private static long ownEpoch(MigrationContext context) throws IOException {
        if (context.record().state() != MigrationState.ROLLING_BACK) {
            return context.record().epoch();
        }
        VmRecord row =
                context.ports().store().vm(context.vm()).orElseThrow(() -> new IOException("the VM's row is gone"));
        if (!row.owner().equals(context.record().task().source())) {
            throw new MigrationOutcome.Stranded(
                    "rolling back, but " + row.owner() + " owns the VM at epoch " + row.epoch());
        }
        var lost = LostCommit.proof(context.ports().marks(), context.vm(), row.epoch(), context.id());
        if (lost.isPresent()) {
            throw new MigrationOutcome.Stranded(lost.get());
        }
        return row.epoch();
    }

    private void undo(MigrationContext context) throws IOException, InterruptedException {
        context.journal().catchUp();
        Set<String> begun = begun(context);
        for (Step step : newestFirst) {
            if (begun.contains(step.name())) {
                undo(context, step);
            }
        }
    }

    private static void undo(MigrationContext context, Step step) throws IOException, InterruptedException {
        try {
            step.undo(context);
        } catch (IOException e) {
            // The guest runs here and the rest must be undone too. What the other host keeps it removes by itself when
            // it reads how this migration ended.
            LOG.warn("migration {}: undo of {}: {}", context.id(), step.name(), FileProblem.told(e));
            return;
        }
        var outcome =
                context.ports().store().undone(context.id(), context.record().attempt(), step.name());
        if (!outcome.done()) {
            throw new MigrationOutcome.Superseded(outcome.refusal());
        }
    }

    private static Set<String> begun(MigrationContext context) {
        var begun = new HashSet<String>();
        for (JournalEntry entry : context.ports().store().journal(context.id())) {
            if (entry.undoneAt() == null) {
                begun.add(entry.step());
            }
        }
        var entered = new ArrayList<>(context.entered());
        entered.forEach(step -> begun.add(step.name()));
        return begun;
    }
}
