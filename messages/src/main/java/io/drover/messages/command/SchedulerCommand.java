package io.drover.messages.command;

import io.drover.messages.DiskId;
import io.drover.messages.HostId;
import io.drover.messages.ImageName;
import io.drover.messages.MigrationId;
import io.drover.messages.Verification;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a scheduler can be asked for on the topic {@code drover}. */
public sealed interface SchedulerCommand {
    /**
     * Move a VM.
     *
     * @param vm id or name
     * @param host destination, or null to let the scheduler choose
     * @param algorithm for every disk that {@code diskAlgorithms} does not name, or null for the default
     * @param deadline when to give up, or null for none
     * @param reason a sentence for people, or null
     * @param allowPull true when the VM may depend on both hosts for a while, or null
     * @param baseImages files in the destination's images folder with content in common, or null
     * @param verify when the copy is compared with the source, or null for the default
     * @param force why what is said of VM and hosts is overridden, or null where it binds
     */
    record LiveMigrate(
            String vm,
            @Nullable HostId host,
            @Nullable String algorithm,
            @Nullable Map<DiskId, String> diskAlgorithms,
            @Nullable Instant deadline,
            @Nullable String reason,
            @Nullable Boolean allowPull,
            @Nullable List<ImageName> baseImages,
            @Nullable Verification verify,
            @Nullable Force force)
            implements SchedulerCommand {
        public LiveMigrate {
            diskAlgorithms = Collections.unmodifiableMap(
                    diskAlgorithms == null ? new TreeMap<>() : new TreeMap<>(diskAlgorithms));
        }

        /** One that is bound by what is said of VM and hosts. */
        public LiveMigrate(
                String vm,
                @Nullable HostId host,
                @Nullable String algorithm,
                @Nullable Map<DiskId, String> diskAlgorithms,
                @Nullable Instant deadline,
                @Nullable String reason,
                @Nullable Boolean allowPull,
                @Nullable List<ImageName> baseImages,
                @Nullable Verification verify) {
            this(vm, host, algorithm, diskAlgorithms, deadline, reason, allowPull, baseImages, verify, null);
        }

        @Override
        public Map<DiskId, String> diskAlgorithms() {
            return diskAlgorithms == null ? Map.of() : diskAlgorithms;
        }
    }

    /** Move every VM off a host. */
    record DrainHost(HostId host) implements SchedulerCommand {}

    /** Look for beneficial moves now. */
    record Rebalance() implements SchedulerCommand {}

    /** Give a migration up. */
    record Cancel(MigrationId migration) implements SchedulerCommand {}

    /** How does a migration stand? */
    record GetMigration(MigrationId migration) implements SchedulerCommand {}
}
