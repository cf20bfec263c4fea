package io.drover.worker.shutdown;

import io.drover.messages.text.FileProblem;
import io.drover.messages.text.SaidOnce;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.schema.StoreUnavailableException;
import io.drover.schema.record.VmRecord.Power;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what an operator wants to become of this host's guests when the host goes down (decision 0045). A worker that
 * ends while its host stays up does nothing of it.
 */
public final class HostShutdown {
    private static final Logger LOG = LoggerFactory.getLogger(HostShutdown.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Settings settings;
    private final SystemState system;
    private final WorkerStore store;
    private final Clock clock;
    private final GuestPowerOff guests;
    private final SaidOnce said = new SaidOnce();
    private boolean goesDown;
    private boolean vacated;

    /** What becomes of guests. */
    public enum Policy {
        /** Nothing: the service manager ends their processes, which is a loss of power to them. */
        LEAVE,
        /** They move to other hosts; those that do not get away in time are powered off. */
        DRAIN,
        /** They are asked to power off, and switched off in the end. */
        POWEROFF;

        public static Set<String> words() {
            return Arrays.stream(values()).map(Policy::word).collect(Collectors.toSet());
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Policy of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * The policy, and how long each part of it may take.
     *
     * @param drain until guests that have not left are powered off
     * @param powerOff until guests that have not powered off are switched off
     */
    public record Settings(Policy policy, Duration drain, Duration powerOff) {
        /** The longest that guests may hold up the host's shutdown. */
        public Duration longest() {
            return switch (policy) {
                case LEAVE -> Duration.ZERO;
                case DRAIN -> drain.plus(powerOff);
                case POWEROFF -> powerOff;
            };
        }
    }

    public HostShutdown(Settings settings, SystemState system, WorkerStore store, Hypervisor hypervisor, Clock clock) {
        this.settings = settings;
        this.system = system;
        this.store = store;
        this.clock = clock;
        this.guests = new GuestPowerOff(store, hypervisor, clock);
    }

    /** The worker was asked to end, and still does its work: whether the host ends as well, and guests leave if they shall. */
    public void begin() throws InterruptedException {
        goesDown = settings.policy != Policy.LEAVE && system.isStopping();
        if (goesDown && settings.policy == Policy.DRAIN) {
            drain();
        }
    }

    private void drain() throws InterruptedException {
        LOG.info("the host goes down: its VMs are moved away, for up to {} s", settings.drain.toSeconds());
        if (!new Wait(clock, settings.drain, POLL).until(this::isEmpty)) {
            LOG.warn("not all VMs have left within {} s", settings.drain.toSeconds());
        }
    }

    /** VMs that are off need not leave. */
    private boolean isEmpty() {
        try {
            if (!vacated) {
                store.vacate();
                vacated = true;
            }
            return store.openMigrations().isEmpty()
                    && store.ownedVms().stream().allMatch(vm -> vm.power() == Power.STOPPED);
        } catch (StoreUnavailableException e) {
            if (said.isNews(this, FileProblem.told(e))) {
                LOG.warn("VMs are not moved away: {}", FileProblem.told(e));
            }
            return false;
        }
    }

    /** Nothing else of the worker touches a guest any more: powers off what is left, if the host goes down. */
    public void end() throws InterruptedException {
        if (!goesDown) {
            return;
        }
        try {
            guests.run(settings.powerOff);
        } catch (IOException e) {
            LOG.warn("VMs are not powered off: {}", FileProblem.told(e));
        }
    }
}
