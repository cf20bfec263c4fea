package io.drover.messages.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SaidOnceTest {
    @Test
    @DisplayName("O3: the same trouble is said once until it is over, and another at once")
    void onceUntilItIsOver() {
        var said = new SaidOnce();
        assertThat(said.isNews("web1", "no right")).isTrue();
        assertThat(said.isNews("web1", "no right")).isFalse();
        assertThat(said.isNews("web2", "no right")).isTrue();
        assertThat(said.isNews("web1", "no room")).isTrue();
        said.over("web1");
        assertThat(said.isNews("web1", "no room")).isTrue();
    }
}
