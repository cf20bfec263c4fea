package io.drover.worker.shutdown;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the host goes down, as its service manager says: a worker that is asked to end cannot tell otherwise a restart of its
 * own from one of the host. A host without systemd never says so.
 */
public final class SystemState {
    private static final Logger LOG = LoggerFactory.getLogger(SystemState.class);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final List<String> QUESTION = List.of("systemctl", "is-system-running");
    /** systemctl(1): "shutdown.target" or one that leads there has a start job. */
    private static final String STOPPING = "stopping";

    private final List<String> question;

    public SystemState() {
        this(QUESTION);
    }

    /** {@code question}: the command whose output is the state's name. */
    SystemState(List<String> question) {
        this.question = question;
    }

    boolean isStopping() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(question)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    LOG.warn("'{}' does not answer: the host's VMs are left as they are", String.join(" ", question));
                    return false;
                }
                String state = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return state.strip().equals(STOPPING);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            LOG.debug("no service manager to ask", e);
            return false;
        }
    }
}
