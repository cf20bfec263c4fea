package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.VmId;

/** Bytes of a VM's images that a host has already, so that a move there need not send them. */
public record RetainedCopy(VmId vm, HostId host, long bytes) {}
