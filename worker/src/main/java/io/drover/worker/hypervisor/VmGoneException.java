package io.drover.worker.hypervisor;

import io.drover.messages.VmId;
import java.io.IOException;

/** The VM's process is proven gone, by pid and start time. */
public final class VmGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    public VmGoneException(VmId vm) {
        super("the process of VM " + vm + " is gone");
    }
}
