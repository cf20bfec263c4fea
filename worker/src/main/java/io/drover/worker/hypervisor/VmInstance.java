package io.drover.worker.hypervisor;

import io.drover.messages.VmId;
import java.io.IOException;

/**
 * A virtual machine whose process lives on this host: what every role of it has. {@link SourceVm} and {@link IncomingVm} add
 * what a migration asks of it at either end.
 *
 * <p>Every call has a deadline and fails with {@link IOException}; a VM whose process died fails with {@link VmGoneException}.
 * Every call may be repeated.
 */
public interface VmInstance extends AutoCloseable {
    VmId vm();

    VmStatus status() throws IOException, InterruptedException;

    MemoryTransfer memory() throws IOException, InterruptedException;

    /**
     * The unix socket that memory leaves or reaches this VM by: a source connects to it, a destination listens at it.
     * A short path only the host's owner reaches.
     */
    String memorySocket();

    /**
     * Lets the guest run. Refused ({@link IllegalStateException}) unless the status is {@code PAUSED} with a completed
     * incoming transfer, or {@code PAUSED} or {@code POST_MIGRATE} at a source; harmless when it runs. ({@code cont} sent
     * while incoming is accepted by QEMU and starts the guest by itself.)
     */
    void resume() throws IOException, InterruptedException;

    /** Asks the guest to power off (ACPI); does not wait. */
    void powerDown() throws IOException, InterruptedException;

    /** Ends the process and waits until it is gone. Never undone. */
    void quit() throws IOException, InterruptedException;

    /** What the VM has used since its process started. */
    VmUsage usage() throws IOException, InterruptedException;

    /** Drops the connection; the VM lives on. */
    @Override
    void close();
}
