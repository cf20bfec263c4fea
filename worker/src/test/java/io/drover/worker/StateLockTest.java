package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateLockTest {
    @Test
    void onlyOneHoldsAFolder(@TempDir Path folder) throws IOException {
        Path state = folder.resolve("state");
        try (StateLock held = StateLock.take(state)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> StateLock.take(state))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another worker runs with the state folder " + state);
        }
        StateLock.take(state).close();
    }
}
