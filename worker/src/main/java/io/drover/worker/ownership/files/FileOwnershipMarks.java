package io.drover.worker.ownership.files;

import io.drover.messages.VmId;
import io.drover.messages.json.DroverJson;
import io.drover.worker.ownership.OwnershipMarks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Marks in one small file a VM. Only one worker a host writes here.
 *
 * <p>The file is two lines of {@link #LINE} bytes, JSON and blanks: the newest mark and the one before it. A mark is
 * written over the older line, where it has its room on the disk already, so a full file system does not keep it from
 * being written; it is shorter than a sector, so a power cut leaves the old content or the new.
 */
public final class FileOwnershipMarks implements OwnershipMarks {
    private static final int LINE = 4096;
    private static final int SECTOR = 512;
    private final DurableFolder folder;

    /** Makes the folder when it is not there. */
    public FileOwnershipMarks(Path folder) throws IOException {
        this.folder = new DurableFolder(folder);
    }

    @Override
    public synchronized Optional<Mark> mark(VmId vm) throws IOException {
        return Optional.ofNullable(read(vm).newest()).map(Stored::mark);
    }

    @Override
    public synchronized long highestEpoch(VmId vm) throws IOException {
        Stored newest = read(vm).newest();
        return newest == null ? 0 : newest.highestEpoch();
    }

    @Override
    public synchronized void reserve(VmId vm) throws IOException {
        Lines lines = read(vm);
        if (!lines.reserved()) {
            byte[] first = lines.first() == null ? line("") : line(json(lines.first()));
            folder.write(
                    name(vm),
                    ByteBuffer.allocate(2 * LINE).put(first).put(line("")).array());
        }
    }

    @Override
    public synchronized boolean reserved(VmId vm) throws IOException {
        return Files.exists(folder.file(name(vm)));
    }

    @Override
    public synchronized void record(VmId vm, Mark mark) throws IOException {
        reserve(vm);
        Lines lines = read(vm);
        Stored newest = lines.newest();
        var next = newest == null
                ? new Stored(mark.epoch(), mark, 1L)
                : new Stored(Math.max(newest.highestEpoch(), mark.epoch()), mark, newest.order() + 1);
        try (var channel = FileChannel.open(folder.file(name(vm)), StandardOpenOption.WRITE)) {
            long at = lines.older() * (long) LINE;
            var content = ByteBuffer.wrap(line(json(next)));
            while (content.hasRemaining()) {
                channel.write(content, at + content.position());
            }
            channel.force(false);
        }
    }

    private Lines read(VmId vm) throws IOException {
        Path file = folder.file(name(vm));
        try {
            byte[] content = Files.readAllBytes(file);
            if (content.length != 2 * LINE) {
                // Of an earlier version: one mark, replaced by a rename.
                return new Lines(false, stored(content, file), null);
            }
            return new Lines(
                    true,
                    stored(Arrays.copyOfRange(content, 0, LINE), file),
                    stored(Arrays.copyOfRange(content, LINE, 2 * LINE), file));
        } catch (NoSuchFileException e) {
            return new Lines(false, null, null);
        } catch (JacksonException e) {
            // Guessing here could run a guest twice.
            throw new IOException(damaged(file), e);
        }
    }

    private static String damaged(Path file) {
        return file + " is damaged; the VM must not be started before a person has looked";
    }

    private static @Nullable Stored stored(byte[] line, Path file) throws IOException {
        String text = new String(line, StandardCharsets.UTF_8);
        boolean never = line.length == LINE && text.isBlank();
        if (never) {
            return null;
        }
        Stored stored = DroverJson.strict().readValue(text, Stored.class);
        if (stored == null) {
            throw new IOException(damaged(file));
        }
        return stored;
    }

    private static String json(Stored stored) throws IOException {
        String text = DroverJson.mapper().writeValueAsString(stored);
        if (text.length() >= SECTOR) {
            throw new IOException("a mark of " + text.length() + " bytes does not fit a sector");
        }
        return text;
    }

    private static byte[] line(String text) {
        byte[] line = new byte[LINE];
        Arrays.fill(line, (byte) ' ');
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(content, 0, line, 0, content.length);
        line[LINE - 1] = '\n';
        return line;
    }

    private static String name(VmId vm) {
        return vm + ".json";
    }

    /** What a file holds. */
    private record Lines(
            boolean reserved,
            @Nullable Stored first,
            @Nullable Stored second) {
        @Nullable
        Stored newest() {
            return firstIsNewer() ? first : second;
        }

        private boolean firstIsNewer() {
            return first != null && (second == null || first.order() > second.order());
        }

        /** Which line the next mark goes to. */
        int older() {
            return firstIsNewer() ? 1 : 0;
        }
    }

    /**
     * One line.
     *
     * @param written counts the VM's marks; null in files of earlier versions
     */
    record Stored(long highestEpoch, Mark mark, @Nullable Long written) {
        long order() {
            return written == null ? 0 : written;
        }
    }
}
