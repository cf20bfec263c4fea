package io.drover.worker.ownership;

import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.schema.record.VmRecord;
import io.drover.schema.record.VmRecord.Power;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * VMs that could not be brought to the power that is wanted of them. Why is logged once, and again when it
 * changes; the next try comes after a pause that doubles, or at once when something else is wanted or somebody asks.
 */
final class PowerTries {
    private static final Logger LOG = LoggerFactory.getLogger(PowerTries.class);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Clock clock;
    private final Map<VmId, Trouble> troubles = new ConcurrentHashMap<>();

    PowerTries(Clock clock) {
        this.clock = clock;
    }

    /** What went wrong at the last try, and when the next one is due. */
    private record Trouble(Power wanted, long epoch, String said, Duration pause, Duration next) {}

    /** Whether the VM is to be looked at now. */
    boolean due(VmRecord vm) {
        Trouble trouble = troubles.get(vm.definition().id());
        return trouble == null
                || trouble.wanted != vm.wantedPower()
                || trouble.epoch != vm.epoch()
                || clock.elapsed().compareTo(trouble.next) >= 0;
    }

    void failed(VmRecord vm, String said) {
        Trouble before = troubles.get(vm.definition().id());
        boolean known = before != null && before.said.equals(said);
        if (!known) {
            LOG.warn("VM {}: {}", vm.definition().name(), said);
        }
        Duration pause = before == null ? FIRST : before.pause.multipliedBy(2);
        Duration bounded = pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
        troubles.put(
                vm.definition().id(),
                new Trouble(
                        vm.wantedPower(),
                        vm.epoch(),
                        said,
                        bounded,
                        clock.elapsed().plus(bounded)));
    }

    /** It went well, or somebody wants it tried at once. */
    void forget(VmId vm) {
        troubles.remove(vm);
    }
}
