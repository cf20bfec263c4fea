package io.drover.worker.migration.destination.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.DirectBoot;
import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.worker.migration.destination.DestinationRecords.Kept;
import io.drover.worker.migration.destination.DestinationRecords.KeptDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDestinationRecordsTest {
    @TempDir
    Path folder;

    @Test
    void restartedWorkerFindsWhatItHeld() throws IOException {
        Kept kept = kept();
        var records = new FileDestinationRecords(folder);
        records.put(kept);

        var again = new FileDestinationRecords(folder);
        assertThat(again.find(kept.migration())).contains(kept);
        assertThat(again.all()).containsExactly(kept);

        again.remove(kept.migration());
        again.remove(kept.migration());
        assertThat(records.find(kept.migration())).isEmpty();
        assertThat(records.all()).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("A15: one damaged record costs its own migration and no other")
    void aDamagedRecordIsLeftOut() throws IOException {
        Kept kept = kept();
        var records = new FileDestinationRecords(folder);
        records.put(kept);
        var damaged = new MigrationId(UUID.randomUUID());
        Files.writeString(folder.resolve(damaged + ".json"), "{\"migration\": ");
        var empty = new MigrationId(UUID.randomUUID());
        Files.writeString(folder.resolve(empty + ".json"), "null");
        Files.writeString(folder.resolve("notes-of-bob.json"), "{}");
        Files.writeString(folder.resolve("1-1-1-1-1.json"), "{}");

        assertThat(records.all()).containsExactly(kept);
        assertThat(records.damaged()).containsExactlyInAnyOrder(damaged, empty);
        assertThat(records.find(kept.migration())).contains(kept);
        for (MigrationId id : List.of(damaged, empty)) {
            assertThatThrownBy(() -> records.find(id))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is damaged");
        }
    }

    private static Kept kept() {
        var disk = new DiskDefinition(new DiskId("swap"), DiskRole.SWAP, "vm-1-swap.raw");
        var boot = new DirectBoot("/boot/vmlinuz", "/boot/initrd", "quiet");
        var definition = new VmDefinition(
                new VmId(UUID.randomUUID()),
                "vm-1",
                1,
                128L << 20,
                "pc-q35-7.2",
                "qemu64",
                NetworkCards.plain(1),
                boot,
                List.of(disk));
        return new Kept(
                new MigrationId(UUID.randomUUID()),
                3,
                definition,
                List.of(new KeptDisk(disk.id(), disk.image(), 268_435_456, false, true, null, null)),
                true);
    }
}
