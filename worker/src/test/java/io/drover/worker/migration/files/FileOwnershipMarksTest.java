package io.drover.worker.migration.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.migration.OwnershipMarks.Kind;
import io.drover.worker.migration.OwnershipMarks.Mark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileOwnershipMarksTest {
    private final VmId vm = new VmId(UUID.randomUUID());
    private final MigrationId migration = new MigrationId(UUID.randomUUID());

    @TempDir
    Path folder;

    @Test
    void newestMarkStandsAndHighestEpochStays() throws IOException {
        var marks = new FileOwnershipMarks(folder.resolve("marks"));
        assertThat(marks.mark(vm)).isEmpty();
        assertThat(marks.highestEpoch(vm)).isZero();

        marks.record(vm, new Mark(Kind.MAY_RUN, migration, 8));
        marks.record(vm, new Mark(Kind.ABORTED, migration, 3));

        var again = new FileOwnershipMarks(folder.resolve("marks"));
        assertThat(again.mark(vm)).contains(new Mark(Kind.ABORTED, migration, 3));
        assertThat(again.highestEpoch(vm)).isEqualTo(8);
        assertThat(again.mark(vm, new MigrationId(UUID.randomUUID()))).isEmpty();
    }

    @Test
    void halfWrittenReplacementChangesNothing() throws IOException {
        var marks = new FileOwnershipMarks(folder);
        var giving = new Mark(Kind.GIVING, migration, 1);
        marks.record(vm, giving);
        Files.writeString(folder.resolve(vm + ".json.new"), "{\"highest");

        assertThat(new FileOwnershipMarks(folder).mark(vm)).contains(giving);
        marks.record(vm, new Mark(Kind.ABORTED, migration, 1));
        assertThat(marks.mark(vm).map(Mark::kind)).contains(Kind.ABORTED);
    }

    @Test
    @Tag("attack")
    @DisplayName("A15: a damaged mark holds its own machine and no other")
    void damagedFileIsNoReasonToGuess() throws IOException {
        var marks = new FileOwnershipMarks(folder);
        var other = new VmId(UUID.randomUUID());
        var giving = new Mark(Kind.GIVING, migration, 1);
        marks.record(other, giving);
        for (String damaged : new String[] {"{", "", "null", "{}", "{\"highest_epoch\": 3}"}) {
            Files.writeString(folder.resolve(vm + ".json"), damaged);
            assertThatThrownBy(() -> marks.mark(vm))
                    .as(damaged)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("damaged");
            assertThatThrownBy(() -> marks.highestEpoch(vm)).isInstanceOf(IOException.class);
            assertThat(marks.mark(other)).contains(giving);
        }
    }
}
