package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;

/** An open migration: it holds room at its destination and has not yet freed its source. */
public record InFlight(MigrationId id, VmId vm, HostId source, HostId destination, MigrationState state) {}
