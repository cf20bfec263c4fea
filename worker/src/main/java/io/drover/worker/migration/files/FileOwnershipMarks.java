package io.drover.worker.migration.files;

import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.migration.OwnershipMarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Marks in one small JSON file a machine. Only one worker a host writes here. */
public final class FileOwnershipMarks implements OwnershipMarks {
    private final DurableFolder folder;

    /** Makes the folder when it is not there. */
    public FileOwnershipMarks(Path folder) throws IOException {
        this.folder = new DurableFolder(folder);
    }

    @Override
    public synchronized Optional<Mark> mark(VmId vm) throws IOException {
        return Optional.ofNullable(read(vm)).map(Stored::mark);
    }

    @Override
    public synchronized long highestEpoch(VmId vm) throws IOException {
        Stored stored = read(vm);
        return stored == null ? 0 : stored.highestEpoch();
    }

    @Override
    public synchronized void record(VmId vm, Mark mark) throws IOException {
        long highest = Math.max(highestEpoch(vm), mark.epoch());
        folder.write(name(vm), DroverJson.mapper().writeValueAsBytes(new Stored(highest, mark)));
    }

    private @Nullable Stored read(VmId vm) throws IOException {
        Path file = folder.file(name(vm));
        try {
            Stored stored = DroverJson.mapper().readValue(Files.readAllBytes(file), Stored.class);
            if (stored != null) {
                return stored;
            }
            throw new IOException(damaged(file));
        } catch (NoSuchFileException e) {
            return null;
        } catch (JacksonException e) {
            // Guessing here could run a guest twice.
            throw new IOException(damaged(file), e);
        }
    }

    private static String damaged(Path file) {
        return file + " is damaged; the machine must not be started before a person has looked";
    }

    private static String name(VmId vm) {
        return vm + ".json";
    }

    record Stored(long highestEpoch, Mark mark) {}
}
