package io.drover.testbed.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToolTest {
    @Test
    void aMissingProgramNamesItsPackage() {
        var missing = new MissingToolException("gcc", "gcc libc6-dev");
        assertThat(missing).hasMessage("'gcc' is missing; install it with: apt-get install gcc libc6-dev");
        assertThat(missing.debianPackages()).isEqualTo("gcc libc6-dev");
    }

    @Test
    void aFailureCarriesWhatTheProgramSaid() {
        assertThatThrownBy(() -> Tool.CP.run(Duration.ofMinutes(1), "/nowhere/a", "/nowhere/b"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nowhere/a");
    }

    @Test
    void aCommandThatDoesNotEndIsKilled() {
        long before = System.nanoTime();
        assertThatThrownBy(() -> CommandResult.of(List.of("sleep", "600"), Duration.ofMillis(50)))
                .hasMessageContaining("did not end");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void aPlaceOutsideACheckoutHasItsOwnCache() {
        var checkout = new Checkout(Path.of("/tmp/a/../b"), Path.of("/tmp/c"));
        assertThat(checkout.root()).isEqualTo(Path.of("/tmp/b"));
    }
}
