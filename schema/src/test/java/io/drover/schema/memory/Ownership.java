package io.drover.schema.memory;

import io.drover.messages.HostId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import io.drover.schema.memory.Transitions.Via;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.WorkerStore.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one host may do with migrations and VMs as their source or destination: only the owner gives a VM
 * away.
 */
final class Ownership {
    private final MemoryDatabase database;
    private final HostId host;

    Ownership(MemoryDatabase database, HostId host) {
        this.database = database;
        this.host = host;
    }

    Outcome transition(MigrationRow row, int attempt, MigrationState to, @Nullable String reason) {
        Optional<Outcome> refusal = refuseSource(row).or(() -> refuseAttempt(row, attempt, Rule.CURRENT_ATTEMPT));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        return row.state == to || database.transitions().byHost(row, to, Via.SOURCE, host, reason)
                ? Outcome.DONE
                : Outcome.refused("the source may not turn " + row.state.wireName() + " into " + to.wireName());
    }

    Outcome give(VmId id, MigrationRow row, int attempt, long epoch) {
        VmRow vm = database.vm(row.task.vm());
        // Before the attempt is compared: an answer "not done" to the one whose give stands would start the guest
        // twice.
        boolean stands = row.task.source().equals(host)
                && row.task.vm().equals(id)
                && vm.owner.equals(row.task.destination())
                && vm.epoch == epoch + 1
                && row.stands(MigrationState.RESUMING, attempt, host);
        if (stands && database.keeps(Rule.GIVE_ONCE)) {
            return Outcome.DONE;
        }
        Optional<Outcome> refusal = refuseSource(row)
                .or(() -> refuseAttempt(row, attempt, Rule.GIVE_ATTEMPT))
                .or(() -> refuseGive(id, row, epoch));
        if (refusal.isPresent()) {
            return refusal.get();
        }
        database.transitions().changeOwner(vm, row.task.destination());
        database.transitions().byHost(row, MigrationState.RESUMING, Via.GIVE, host, null);
        return Outcome.DONE;
    }

    private Optional<Outcome> refuseGive(VmId id, MigrationRow row, long epoch) {
        VmRow vm = database.vm(row.task.vm());
        if (!row.task.vm().equals(id)) {
            return refused("the migration is of another VM");
        }
        if (row.state != MigrationState.SWITCHING && database.keeps(Rule.GIVE_FROM_SWITCHING)) {
            return refused("the migration is " + row.state.wireName() + ", not switching");
        }
        if (row.cancelRequested && database.keeps(Rule.GIVE_NOT_CANCELLED)) {
            return refused("cancel is requested");
        }
        boolean owned = vm.owner.equals(host) && vm.epoch == epoch && row.epoch == epoch;
        return owned || !database.keeps(Rule.GIVE_EPOCH)
                ? Optional.empty()
                : refused("the VM is owned by " + vm.owner + " at epoch " + vm.epoch);
    }

    Outcome giveBack(VmId id, MigrationRow row, long epoch, String evidence) {
        return byDestination(id, row, epoch, MigrationState.ROLLING_BACK).orElseGet(() -> {
            database.transitions().changeOwner(database.vm(id), row.task.source());
            database.transitions()
                    .byHost(row, MigrationState.ROLLING_BACK, Via.GIVE_BACK, host, "given back: " + evidence);
            return Outcome.DONE;
        });
    }

    /** {@code power} is null where it stays as it is. */
    Outcome arrived(VmId id, MigrationRow row, long epoch, MigrationState next, VmRecord.@Nullable Power power) {
        return byDestination(id, row, epoch, next).orElseGet(() -> {
            VmRow vm = database.vm(id);
            vm.power = power == null ? vm.power : power;
            database.transitions().byHost(row, next, Via.RESUMED, host, null);
            return Outcome.DONE;
        });
    }

    /** What the destination is answered where nothing is to be changed; empty: it may. */
    private Optional<Outcome> byDestination(VmId id, MigrationRow row, long epoch, MigrationState next) {
        if (!row.task.destination().equals(host) || !row.task.vm().equals(id)) {
            return refused("no migration of this VM with this host as its destination");
        }
        if (row.epoch + 1 == epoch && row.stands(next, null, host)) {
            return Optional.of(Outcome.DONE);
        }
        VmRow vm = database.vm(id);
        boolean owned = vm.owner.equals(host) && vm.epoch == epoch;
        if (!owned && database.keeps(Rule.DESTINATION_EPOCH)) {
            return refused("the VM is owned by " + vm.owner + " at epoch " + vm.epoch);
        }
        return row.state == MigrationState.RESUMING
                ? Optional.empty()
                : refused("the migration is " + row.state.wireName() + ", not resuming");
    }

    private Optional<Outcome> refuseSource(MigrationRow row) {
        return row.task.source().equals(host) ? Optional.empty() : refused("no migration with this host as its source");
    }

    private Optional<Outcome> refuseAttempt(MigrationRow row, int attempt, Rule rule) {
        return row.attempt == attempt || !database.keeps(rule)
                ? Optional.empty()
                : refused("attempt " + attempt + " is over; the current one is " + row.attempt);
    }

    private static Optional<Outcome> refused(String why) {
        return Optional.of(Outcome.refused(why));
    }
}
