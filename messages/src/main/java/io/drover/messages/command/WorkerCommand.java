package io.drover.messages.command;

import io.drover.messages.MigrationId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmId;

/** What a worker can be asked for on the topic {@code drover_worker}. */
public sealed interface WorkerCommand {
    /** Move a VM off this host. */
    record Migrate(MigrationTask task) implements WorkerCommand {}

    /** Give a migration up of which this host is the source. */
    record Cancel(MigrationId migration) implements WorkerCommand {}

    /** Start a VM this host owns. */
    record StartVm(VmId vm) implements WorkerCommand {}

    /** The limit of this host's link has changed: the worker reads it from the database. */
    record ApplyLinkLimit() implements WorkerCommand {}

    /** Stop a VM this host owns. */
    record StopVm(VmId vm) implements WorkerCommand {}
}
