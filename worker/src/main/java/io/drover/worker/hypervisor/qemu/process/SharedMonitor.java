package io.drover.worker.hypervisor.qemu.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker's use of a VM's monitor. The socket serves one client, so all connections to a process share
 * the connection, and the last to go closes it.
 */
public final class SharedMonitor {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMonitor.class);

    private final Pool pool;
    private final QemuMonitor monitor;

    @GuardedBy("pool")
    private boolean released;

    private SharedMonitor(Pool pool, QemuMonitor monitor) {
        this.pool = pool;
        this.monitor = monitor;
    }

    public QemuMonitor monitor() {
        return monitor;
    }

    /** May be repeated. */
    public void release() {
        synchronized (pool) {
            if (!released) {
                released = true;
                pool.release(monitor);
            }
        }
    }

    /** The monitors in use. */
    public static final class Pool {
        private final Map<QemuProcess, Use> uses = new HashMap<>();

        public synchronized SharedMonitor acquire(QemuProcess process, Supplier<QemuMonitor> connect) {
            Use use = uses.computeIfAbsent(process, absent -> new Use(connect.get()));
            use.count++;
            return new SharedMonitor(this, use.monitor);
        }

        private synchronized void release(QemuMonitor monitor) {
            Use use = uses.get(monitor.process());
            if (use != null && --use.count == 0) {
                uses.remove(monitor.process());
                close(monitor);
            }
        }

        private static void close(QemuMonitor monitor) {
            try {
                monitor.close();
            } catch (IOException e) {
                // Nothing depends on how a connection ends.
                LOG.debug("VM {}: closing the monitor: {}", monitor.vm(), e.toString());
            }
        }
    }

    private static final class Use {
        private final QemuMonitor monitor;
        private int count;

        Use(QemuMonitor monitor) {
            this.monitor = monitor;
        }
    }
}
