package io.drover.worker.ownership.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import io.drover.worker.ownership.OwnershipMarks.Give;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
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
    @DisplayName("A4: a mark that was reserved asks the file system for nothing more")
    void reservedMarkIsWrittenInPlace() throws IOException {
        var marks = new FileOwnershipMarks(folder);
        assertThat(marks.reserved(vm)).isFalse();
        marks.reserve(vm);
        assertThat(marks.reserved(vm)).isTrue();
        assertThat(marks.mark(vm)).isEmpty();
        Path file = folder.resolve(vm + ".json");
        Object inode = Files.getAttribute(file, "unix:ino");
        long size = Files.size(file);

        for (int epoch = 1; epoch < 6; epoch++) {
            var mark = new Mark(
                    epoch % 2 == 0 ? Kind.ABORTED : Kind.GIVING, migration, epoch, new Give(epoch, "7421/00000001"));
            marks.record(vm, mark);
            assertThat(new FileOwnershipMarks(folder).mark(vm)).contains(mark);
            assertThat(marks.highestEpoch(vm)).isEqualTo(epoch);
        }
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
        assertThat(Files.size(file)).isEqualTo(size);
        assertThat(folder).isDirectoryContaining(entry -> entry.equals(file));
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void markOfAnEarlierVersionIsKept() throws IOException {
        var giving = new Mark(Kind.GIVING, migration, 7);
        Files.writeString(
                folder.resolve(vm + ".json"),
                "{\"highest_epoch\":8,\"mark\":{\"kind\":\"giving\",\"migration\":\"" + migration + "\",\"epoch\":7}}");
        var marks = new FileOwnershipMarks(folder);
        assertThat(marks.mark(vm)).contains(giving);
        marks.reserve(vm);
        assertThat(marks.mark(vm)).contains(giving);
        assertThat(marks.highestEpoch(vm)).isEqualTo(8);
        marks.record(vm, new Mark(Kind.ABORTED, migration, 7));
        assertThat(marks.mark(vm).map(Mark::kind)).contains(Kind.ABORTED);
        assertThat(marks.highestEpoch(vm)).isEqualTo(8);
    }

    @Test
    void damagedLineIsNoReasonToGuess() throws IOException {
        var marks = new FileOwnershipMarks(folder);
        marks.record(vm, new Mark(Kind.ABORTED, migration, 1));
        marks.record(vm, new Mark(Kind.GIVING, migration, 1));
        Path file = folder.resolve(vm + ".json");
        byte[] content = Files.readAllBytes(file);
        content[4096] = 'x';
        Files.write(file, content);
        assertThatThrownBy(() -> marks.mark(vm)).isInstanceOf(IOException.class).hasMessageContaining("damaged");
    }

    @Test
    @Tag("attack")
    @DisplayName("A15: a damaged mark holds its own VM and no other")
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
