package io.drover.worker.hypervisor.qemu.process;

import io.drover.messages.VmId;
import io.drover.messages.time.Wait;
import io.drover.worker.hypervisor.VmGoneException;
import io.drover.worker.qmp.QmpClient;
import io.drover.worker.qmp.QmpException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A VM's monitor: connects again after a failure, and tells a dead VM from one that does not answer. */
public final class QemuMonitor implements AutoCloseable {
    /** A killed process closes its sockets a moment before it is gone. */
    private static final Duration DEATH_THROES = Duration.ofSeconds(1);

    private final VmFolder folder;
    private final QemuProcess process;
    private final Wait deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock serverLock = new ReentrantLock();
    private @Nullable QmpClient client;
    private boolean closed;

    public QemuMonitor(VmFolder folder, QemuProcess process, Wait deadline) {
        this.folder = folder;
        this.process = process;
        this.deadline = deadline;
    }

    public VmId vm() {
        return folder.vm();
    }

    /** For changes of the process's one NBD server, which everybody who uses this monitor shares. */
    public ReentrantLock serverLock() {
        return serverLock;
    }

    public QemuProcess process() {
        return process;
    }

    public Wait deadline() {
        return deadline;
    }

    public JsonNode query(String command) throws IOException, InterruptedException {
        return execute(command, Map.of());
    }

    /**
     * Executes a command.
     *
     * @throws QmpException QEMU refused it
     * @throws VmGoneException the process is gone
     */
    public JsonNode execute(String command, Map<String, ?> arguments) throws IOException, InterruptedException {
        try {
            return connected().execute(command, arguments, deadline.limit());
        } catch (QmpException e) {
            throw e;
        } catch (IOException e) {
            throw explain(e);
        }
    }

    private QmpClient connected() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                // The socket serves one client: to connect again would shut out whoever has it now.
                throw new IOException("VM " + vm() + ": this use of its monitor is over");
            }
            QmpClient present = client;
            if (present == null || !present.isOpen()) {
                present = QmpClient.connect(folder.monitorSocket(), deadline.limit());
                client = present;
            }
            return present;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a failed connection its reason: the VM is gone, or what was said. */
    public IOException explain(IOException failure) throws InterruptedException, IOException {
        if (failure instanceof VmGoneException) {
            return failure;
        }
        if (deadline.within(DEATH_THROES).until(() -> !process.alive())) {
            var gone = new VmGoneException(vm());
            gone.addSuppressed(failure);
            return gone;
        }
        return failure;
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            if (client != null) {
                client.close();
            }
            client = null;
        } finally {
            lock.unlock();
        }
    }
}
