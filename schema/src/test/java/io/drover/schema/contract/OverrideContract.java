package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.MigrationOverride;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is said of VMs and hosts binds, and who overrode it is on record. */
@Tag("attack")
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class OverrideContract {
    private SchedulerStore store;
    private final HostId host = Samples.host("host");
    private final HostId other = Samples.host("other");
    private final VmDefinition vm = Samples.definition();

    protected abstract Stores stores();

    @BeforeEach
    void defined() {
        store = stores().scheduler();
        stores().worker(host).registerHost(Samples.FACTS);
        stores().worker(other).registerHost(Samples.FACTS);
        store.defineVm(vm, host);
    }

    @Test
    @DisplayName("K14: what was overridden, by whom and why stands with the migration")
    void anOverrideStandsWithItsMigration() {
        MigrationTask task = Samples.task(vm.id(), host, other);
        var override = new MigrationOverride("anna", "the rack burns", List.of("other is in maintenance"));

        assertThat(store.submitForced(task, override)).isInstanceOf(SubmitResult.Submitted.class);
        assertThat(store.submitForced(task, override)).isInstanceOf(SubmitResult.Submitted.class);
        assertThat(store.migration(task.id()).orElseThrow().override()).isEqualTo(override);
    }

    @Test
    @DisplayName("K14: a worker that is asked directly cannot pass by what is said of VM and hosts")
    void labelsBindAWorkersOwnSubmission() {
        MigrationTask task = Samples.task(vm.id(), host, other);
        store.relabel(other, Map.of(), Map.of("drover.maintenance", "always"));

        assertThat(stores().worker(host).submit(task))
                .isInstanceOfSatisfying(
                        SubmitResult.Refused.class,
                        refused -> assertThat(refused.failure().message())
                                .contains("drover.maintenance of " + other)
                                .contains("live_migrate"));
        assertThat(store.migration(task.id())).isEmpty();

        store.relabel(other, store.labels().of(other), Map.of("rack", "7"));
        assertThat(stores().worker(host).submit(task)).isInstanceOf(SubmitResult.Submitted.class);
    }
}
