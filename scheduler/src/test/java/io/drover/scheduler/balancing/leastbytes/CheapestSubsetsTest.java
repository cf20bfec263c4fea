package io.drover.scheduler.balancing.leastbytes;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import io.drover.messages.VmId;
import io.drover.scheduler.cluster.Vm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CheapestSubsetsTest {
    @RepeatedTest(8)
    void yieldsEverySetOnceCheapestFirst(RepetitionInfo repetition) {
        int count = repetition.getCurrentRepetition();
        var random = new SplittableRandom(count);
        List<Vm> vms = IntStream.range(0, count)
                .mapToObj(i -> vm(i, random.nextLong(100)))
                .toList();

        var sets = new ArrayList<List<Vm>>();
        new CheapestSubsets(vms).forEachRemaining(sets::add);

        assertThat(sets).hasSize((1 << count) - 1);
        assertThat(sets.stream().map(Set::copyOf)).doesNotHaveDuplicates();
        assertThat(sets.stream().map(CheapestSubsetsTest::bytes).toList()).isSorted();
    }

    @Test
    void nothingHasNoSets() {
        assertThat(new CheapestSubsets(List.of()).hasNext()).isFalse();
    }

    private static long bytes(List<Vm> vms) {
        return vms.stream().mapToLong(Vm::moveBytes).sum();
    }

    private static Vm vm(int number, long bytes) {
        return new Vm(
                new VmId(new UUID(0, number)),
                "vm-" + number,
                new HostId("h1"),
                true,
                true,
                0.1,
                0,
                0,
                bytes,
                0,
                Map.of(),
                0,
                0,
                List.of(),
                List.of());
    }
}
