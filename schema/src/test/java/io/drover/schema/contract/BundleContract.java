package io.drover.schema.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.MigrationTask;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.schema.record.SubmitResult;
import io.drover.schema.scheduler.SchedulerStore;
import io.drover.schema.support.Samples;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Migrations that only make sense together stand together or not at all. */
@SuppressWarnings("NullAway.Init") // Set before each test.
public abstract class BundleContract {
    private final HostId one = Samples.host("one");
    private final HostId other = Samples.host("other");
    private SchedulerStore store;
    private MigrationTask out;
    private MigrationTask in;

    protected abstract Stores stores();

    /** A VM on each of two hosts, to be exchanged. */
    @BeforeEach
    void prepare() {
        stores().worker(one).registerHost(Samples.FACTS);
        stores().worker(other).registerHost(Samples.FACTS);
        store = stores().scheduler();
        out = Samples.task(vm(one), one, other);
        in = Samples.task(vm(other), other, one);
    }

    private VmId vm(HostId owner) {
        VmDefinition definition = Samples.definition();
        assertThat(store.defineVm(definition, owner)).isInstanceOf(SchedulerStore.SubmitVmResult.Defined.class);
        return definition.id();
    }

    @Test
    @Tag("attack")
    @DisplayName("A17: both halves of an exchange stand, in the simulation as in PostgreSQL")
    void bothHalvesOfAnExchangeStand() {
        assertThat(store.submitTogether(List.of(out, in), "balancer", null))
                .containsExactly(new SubmitResult.Submitted(out.id(), true), new SubmitResult.Submitted(in.id(), true));
        assertThat(store.migration(out.id())).isPresent();
        assertThat(store.migration(in.id())).isPresent();
    }

    @Test
    void aRefusedOneTakesTheOthersWithIt() {
        MigrationTask third = Samples.task(vm(one), one, other);
        assertThat(store.submit(in, "somebody", null)).isInstanceOf(SubmitResult.Submitted.class);
        MigrationTask busy = Samples.task(in.vm(), other, one);

        List<SubmitResult> none = store.submitTogether(List.of(out, busy, third), "balancer", null);

        assertThat(none).hasSize(3).allSatisfy(result -> assertThat(result).isInstanceOf(SubmitResult.Refused.class));
        assertThat(((SubmitResult.Refused) none.getFirst()).failure().message())
                .contains(busy.id().toString());
        assertThat(store.migration(out.id())).isEmpty();
        assertThat(store.migration(third.id())).isEmpty();
        assertThat(store.migration(in.id())).isPresent();
        assertThat(store.submit(out, "somebody", null)).isEqualTo(new SubmitResult.Submitted(out.id(), true));
    }

    @Test
    void oneVmTwiceIsRefusedWhole() {
        MigrationTask again = Samples.task(out.vm(), one, other);
        assertThat(store.submitTogether(List.of(out, again), "balancer", null))
                .allSatisfy(result -> assertThat(result).isInstanceOf(SubmitResult.Refused.class));
        assertThat(store.migration(out.id())).isEmpty();
    }

    @Test
    void whatIsAskedAgainStandsAlready() {
        store.submitTogether(List.of(out, in), "balancer", null);
        assertThat(store.submitTogether(List.of(out, in), "balancer", null))
                .containsExactly(
                        new SubmitResult.Submitted(out.id(), false), new SubmitResult.Submitted(in.id(), false));
    }
}
