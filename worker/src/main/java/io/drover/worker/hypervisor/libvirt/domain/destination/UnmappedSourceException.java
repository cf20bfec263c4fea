package io.drover.worker.hypervisor.libvirt.domain.destination;

import java.io.IOException;
import java.util.List;

/** The destination has no place for a disk or a network card. Nothing was done. */
public final class UnmappedSourceException extends IOException {
    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    UnmappedSourceException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    /** Each names the device, what it is connected to, and the key to set. */
    public List<String> problems() {
        return problems;
    }
}
