package io.drover.worker.migration.destination.files;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.MigrationId;
import io.drover.messages.json.DroverJson;
import io.drover.messages.text.FileProblem;
import io.drover.worker.migration.destination.DestinationRecords;
import io.drover.worker.ownership.files.DurableFolder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** One small JSON file a migration. Only one worker a host writes here. */
public final class FileDestinationRecords implements DestinationRecords {
    private static final String SUFFIX = ".json";
    private static final Logger LOG = LoggerFactory.getLogger(FileDestinationRecords.class);
    private final DurableFolder folder;

    @GuardedBy("this")
    private final Set<Path> complained = new HashSet<>();

    /** Makes the folder when it is not there. */
    public FileDestinationRecords(Path folder) throws IOException {
        this.folder = new DurableFolder(folder);
    }

    @Override
    public synchronized void put(Kept kept) throws IOException {
        folder.write(kept.migration() + SUFFIX, DroverJson.mapper().writeValueAsBytes(kept));
    }

    @Override
    public synchronized Optional<Kept> find(MigrationId migration) throws IOException {
        try {
            return Optional.of(read(folder.file(migration + SUFFIX)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public synchronized void remove(MigrationId migration) throws IOException {
        folder.delete(migration + SUFFIX);
    }

    @Override
    public synchronized List<Kept> all() throws IOException {
        return look().readable();
    }

    @Override
    public synchronized List<MigrationId> damaged() throws IOException {
        return look().damaged();
    }

    private record Found(List<Kept> readable, List<MigrationId> damaged) {}

    private Found look() throws IOException {
        var readable = new ArrayList<Kept>();
        var damaged = new ArrayList<MigrationId>();
        for (MigrationId id : migrations()) {
            Path file = folder.file(id + SUFFIX);
            try {
                readable.add(read(file));
            } catch (NoSuchFileException e) {
                // Removed by hand meanwhile.
                LOG.debug("{} is gone", file);
            } catch (IOException e) {
                complain(file, FileProblem.told(e));
                damaged.add(id);
            }
        }
        return new Found(readable, damaged);
    }

    /** By the files' names, which stay when the content is damaged. */
    private List<MigrationId> migrations() throws IOException {
        var ids = new ArrayList<MigrationId>();
        try (var files = Files.newDirectoryStream(folder.path(), "*" + SUFFIX)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                Optional<MigrationId> id = named(name.substring(0, name.length() - SUFFIX.length()));
                id.ifPresentOrElse(
                        ids::add, () -> complain(file, file + " is no record of a migration and is let lie"));
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return ids;
    }

    /** Only as this class writes it: Java also reads {@code 1-1-1-1-1}. */
    private static Optional<MigrationId> named(String name) {
        try {
            return Optional.of(MigrationId.parse(name))
                    .filter(id -> id.toString().equals(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Once: a worker looks again every few seconds. */
    private synchronized void complain(Path file, String message) {
        if (complained.add(file)) {
            LOG.warn("{}", message);
        }
    }

    private static Kept read(Path file) throws IOException {
        try {
            Kept kept = DroverJson.strict().readValue(Files.readAllBytes(file), Kept.class);
            if (kept != null) {
                return kept;
            }
            throw new IOException(damaged(file));
        } catch (JacksonException e) {
            throw new IOException(damaged(file), e);
        }
    }

    private static String damaged(Path file) {
        return file + " is damaged; look what it is about before it is removed";
    }
}
