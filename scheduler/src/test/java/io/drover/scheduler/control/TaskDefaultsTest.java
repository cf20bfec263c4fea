package io.drover.scheduler.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class TaskDefaultsTest {
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private static final VmDefinition VM = new VmDefinition(
            new VmId(new UUID(0, 1)),
            "web",
            1,
            256L << 20,
            "pc-q35-7.2",
            "qemu64",
            NetworkCards.plain(1),
            null,
            List.of(
                    new DiskDefinition(DATA, DiskRole.DATA, "web-data.raw"),
                    new DiskDefinition(SWAP, DiskRole.SWAP, "web-swap.raw")));

    @Test
    void swapHasItsOwnWhereNobodyAskedForAnother() {
        var defaults = new TaskDefaults("mirror", "pre-copy", Duration.ZERO);
        assertThat(defaults.diskAlgorithms(VM, null, Map.of())).isEqualTo(Map.of(SWAP, "pre-copy"));
        assertThat(defaults.diskAlgorithms(VM, null, Map.of(SWAP, "auto"))).isEqualTo(Map.of(SWAP, "auto"));
        assertThat(defaults.diskAlgorithms(VM, null, Map.of(DATA, "auto")))
                .isEqualTo(Map.of(DATA, "auto", SWAP, "pre-copy"));
        assertThat(defaults.diskAlgorithms(VM, "hybrid", Map.of())).isEmpty();
    }

    @Test
    void oneForAllNamesNoDisk() {
        var defaults = new TaskDefaults("auto", null, Duration.ZERO);
        assertThat(defaults.diskAlgorithms(VM, null, Map.of())).isEmpty();
    }

    @Test
    void refusesWhatIsNoName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TaskDefaults("auto", "Pre Copy", Duration.ZERO))
                .withMessageContaining("swap_algorithm");
    }
}
