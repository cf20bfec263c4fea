package io.drover.worker;

import io.drover.messages.config.UnfitHostException;
import io.drover.messages.text.FileProblem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** One worker a state folder, hence one a host: two would both believe what the folder's marks let them do. */
final class StateLock implements AutoCloseable {
    private static final String FILE = "worker.lock";
    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** Makes the folder when it is not there; plain {@link IOException} when another worker holds it. */
    static StateLock take(Path stateFolder) throws IOException {
        HostFolders.make("state.folder", stateFolder);
        Path file = stateFolder.resolve(FILE);
        FileChannel channel = open(file);
        if (!locked(channel)) {
            channel.close();
            throw new IOException(
                    "another worker runs with the state folder " + stateFolder + " (it holds " + file + ")");
        }
        return new StateLock(channel);
    }

    private static FileChannel open(Path file) throws UnfitHostException {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UnfitHostException("state.folder: " + FileProblem.told(e), e);
        }
    }

    /** The kernel drops the lock with the process, however it ends. */
    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
