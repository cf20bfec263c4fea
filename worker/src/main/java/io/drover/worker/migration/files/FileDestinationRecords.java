package io.drover.worker.migration.files;

import io.drover.messages.MigrationId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.migration.DestinationRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** One small JSON file a migration. Only one worker a host writes here. */
public final class FileDestinationRecords implements DestinationRecords {
    private static final String SUFFIX = ".json";
    private final DurableFolder folder;

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
        var all = new ArrayList<Kept>();
        try (var files = Files.newDirectoryStream(folder.path(), "*" + SUFFIX)) {
            for (Path file : files) {
                all.add(read(file));
            }
        }
        return all;
    }

    private static Kept read(Path file) throws IOException {
        try {
            return DroverJson.mapper().readValue(Files.readAllBytes(file), Kept.class);
        } catch (JacksonException e) {
            throw new IOException(file + " is damaged; look what it is about before it is removed", e);
        }
    }
}
