package io.drover.messages.api.request;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;

/**
 * Body of {@code POST /vms}.
 *
 * @param host that owns the VM from now on
 */
public record DefineVmRequest(VmDefinition definition, HostId host) {}
