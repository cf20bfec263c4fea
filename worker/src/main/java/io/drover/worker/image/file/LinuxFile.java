package io.drover.worker.image.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * What Linux can do with a file and the JDK cannot: holes, locks that belong to an open file instead of the process,
 * and dropping pages from the cache. One open file description.
 */
@SuppressWarnings("restricted") // the C library is trusted with the arguments below
public final class LinuxFile implements OpenImage {
    static final int ENXIO = 6;
    static final int EAGAIN = 11;
    static final int EACCES = 13;
    static final int EINVAL = 22;
    static final int ENOSYS = 38;
    static final int EOPNOTSUPP = 95;

    private static final int O_RDONLY = 0;
    private static final int O_RDWR = 2;
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_DIRECT = "aarch64".equals(System.getProperty("os.arch")) ? 0x10000 : 0x4000;
    private static final int PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int F_OFD_GETLK = 36;
    private static final int F_OFD_SETLK = 37;
    private static final short F_RDLCK = 0;
    private static final short F_WRLCK = 1;
    private static final short F_UNLCK = 2;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final int AT_FDCWD = -100;
    private static final int STATX_BLOCKS = 0x400;
    private static final int STATX_BYTES = 256;
    private static final int STATX_BLOCKS_AT = 48;
    private static final int STAT_BLOCK_BYTES = 512;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /** {@code struct flock} of 64-bit Linux: type s16, whence s16, start s64, length s64, pid s32. */
    private static final StructLayout FLOCK = MemoryLayout.structLayout(
            ValueLayout.JAVA_SHORT,
            ValueLayout.JAVA_SHORT,
            MemoryLayout.paddingLayout(4),
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            MemoryLayout.paddingLayout(4));

    private static final MethodHandle OPEN =
            variadic("open", 2, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    private static final MethodHandle CLOSE = plain("close", ValueLayout.JAVA_INT);
    private static final MethodHandle FCNTL =
            variadic("fcntl", 2, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle FALLOCATE = plain(
            "fallocate", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MethodHandle POSIX_FALLOCATE =
            plain("posix_fallocate", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
    private static final MethodHandle FADVISE = plain(
            "posix_fadvise", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    private static final MethodHandle FDATASYNC = plain("fdatasync", ValueLayout.JAVA_INT);
    private static final MethodHandle PREAD = handle(
            "pread",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle LSEEK = handle(
            "lseek",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle PWRITE = handle(
            "pwrite",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle STATX = plain(
            "statx",
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS);

    private final Path path;
    private final int descriptor;

    private LinuxFile(Path path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    public static LinuxFile openReadWrite(Path path) throws IOException {
        return open(path, O_RDWR);
    }

    public static LinuxFile openReadOnly(Path path) throws IOException {
        return open(path, O_RDONLY);
    }

    /** Past the page cache; fails where the file system cannot. */
    public static LinuxFile openDirect(Path path) throws IOException {
        return open(path, O_RDONLY | O_DIRECT);
    }

    private static LinuxFile open(Path path, int mode) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            int descriptor = (int) invoke(() -> (int) OPEN.invokeExact(state, name, mode | O_CLOEXEC, 0));
            if (descriptor < 0) {
                throw failure("open", path, errno(state));
            }
            return new LinuxFile(path, descriptor);
        }
    }

    /** Bytes that the file system has allocated for the file. */
    public static long allocatedBytes(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment name = arena.allocateFrom(path.toString());
            MemorySegment answer = arena.allocate(STATX_BYTES, Long.BYTES);
            long result = invoke(() -> (int) STATX.invokeExact(state, AT_FDCWD, name, 0, STATX_BLOCKS, answer));
            if (result != 0) {
                throw failure("statx", path, errno(state));
            }
            return answer.get(ValueLayout.JAVA_LONG, STATX_BLOCKS_AT) * STAT_BLOCK_BYTES;
        }
    }

    /** Makes a range a hole that reads as zeros; false when the file system cannot. The size stays. */
    @Override
    public boolean punchHole(long offset, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result =
                    invoke(() -> (int) FALLOCATE.invokeExact(state, descriptor, PUNCH_HOLE_KEEP_SIZE, offset, length));
            int errno = errno(state);
            if (result != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
                throw failure("punch a hole into", path, errno);
            }
            return result == 0;
        }
    }

    /**
     * Gives the first so many bytes their room on the disk and makes the file at least so long; what is there stays.
     */
    public void allocate(long length) throws IOException {
        // It returns the error instead of setting errno, and writes zeros where the file system cannot allocate.
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long error = invoke(() -> (int) POSIX_FALLOCATE.invokeExact(state, descriptor, 0L, length));
            if (error != 0) {
                throw failure("allocate " + length + " bytes for", path, (int) error);
            }
        }
    }

    /**
     * Where the first data at or after {@code offset} begins, or {@code end} when there is only a hole up to there.
     * What knows no holes (a block device) is all data.
     */
    public long dataFrom(long offset, long end) throws IOException {
        return Math.min(seek(offset, SEEK_DATA, end, offset), end);
    }

    /** Where the data at {@code offset} ends, {@code end} at the latest. */
    public long holeFrom(long offset, long end) throws IOException {
        return Math.min(seek(offset, SEEK_HOLE, end, end), end);
    }

    private long seek(long offset, int whence, long nothing, long unknown) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long found = invoke(() -> (long) LSEEK.invokeExact(state, descriptor, offset, whence));
            if (found >= 0) {
                return found;
            }
            return switch (errno(state)) {
                case ENXIO -> nothing;
                case EINVAL, EOPNOTSUPP -> unknown;
                default -> throw failure("look for holes in", path, errno(state));
            };
        }
    }

    /** Reads into a direct buffer, as far as the file goes; returns how many bytes, which may be fewer than wanted. */
    @Override
    public int read(long offset, ByteBuffer into) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment given = MemorySegment.ofBuffer(into);
            MemorySegment segment = given.isNative() ? given : arena.allocate(given.byteSize());
            long read = invoke(() -> (long) PREAD.invokeExact(state, descriptor, segment, segment.byteSize(), offset));
            if (read < 0) {
                throw failure("read", path, errno(state));
            }
            if (!given.isNative()) {
                MemorySegment.copy(segment, 0, given, 0, read);
            }
            return (int) read;
        }
    }

    /** Writes all that remains, whose position does not move; content on the heap is copied first. */
    @Override
    public void write(long offset, ByteBuffer content) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment given = MemorySegment.ofBuffer(content);
            MemorySegment bytes =
                    given.isNative() ? given : arena.allocate(given.byteSize()).copyFrom(given);
            for (long done = 0; done < bytes.byteSize(); ) {
                MemorySegment rest = bytes.asSlice(done);
                long at = offset + done;
                long written = invoke(() -> (long) PWRITE.invokeExact(state, descriptor, rest, rest.byteSize(), at));
                if (written < 0) {
                    throw failure("write", path, errno(state));
                }
                done += written;
            }
        }
    }

    /** fdatasync. */
    @Override
    public void sync() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            if (invoke(() -> (int) FDATASYNC.invokeExact(state, descriptor)) != 0) {
                throw failure("fdatasync", path, errno(state));
            }
        }
    }

    /** Takes a read lock on one byte; false when somebody holds a write lock there. Gone when the file is closed. */
    public boolean lockForReading(long at) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            long result = lockCall(state, F_OFD_SETLK, flock(arena, F_RDLCK, at));
            int errno = errno(state);
            if (result != 0 && errno != EAGAIN && errno != EACCES) {
                throw failure("lock", path, errno);
            }
            return result == 0;
        }
    }

    /** Whether another open file holds any lock on the byte. */
    public boolean lockedElsewhere(long at) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            MemorySegment flock = flock(arena, F_WRLCK, at);
            if (lockCall(state, F_OFD_GETLK, flock) != 0) {
                throw failure("ask for the locks of", path, errno(state));
            }
            return flock.get(ValueLayout.JAVA_SHORT, 0) != F_UNLCK;
        }
    }

    /** Writes what is dirty and drops the range from the page cache, so that the next read asks the disk. */
    public void dropFromCache(long offset, long length) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            if (invoke(() -> (int) FDATASYNC.invokeExact(state, descriptor)) != 0) {
                throw failure("fdatasync", path, errno(state));
            }
            // posix_fadvise returns the error instead of setting errno.
            long error =
                    invoke(() -> (int) FADVISE.invokeExact(state, descriptor, offset, length, POSIX_FADV_DONTNEED));
            if (error != 0) {
                throw failure("posix_fadvise", path, (int) error);
            }
        }
    }

    @Override
    public void close() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CALL_STATE);
            // Linux releases the descriptor whatever close answers; durability is the business of sync.
            long _ = invoke(() -> (int) CLOSE.invokeExact(state, descriptor));
        }
    }

    private long lockCall(MemorySegment state, int command, MemorySegment flock) {
        return invoke(() -> (int) FCNTL.invokeExact(state, descriptor, command, flock));
    }

    private static MemorySegment flock(Arena arena, short type, long at) {
        MemorySegment flock = arena.allocate(FLOCK);
        flock.set(ValueLayout.JAVA_SHORT, 0, type);
        flock.set(ValueLayout.JAVA_LONG, 8, at);
        flock.set(ValueLayout.JAVA_LONG, 16, 1);
        return flock;
    }

    private static MethodHandle plain(String name, MemoryLayout... arguments) {
        return handle(name, FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static MethodHandle variadic(String name, int firstVariadic, MemoryLayout... arguments) {
        return handle(
                name,
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MethodHandle handle(String name, FunctionDescriptor shape, Linker.Option... options) {
        var all = new Linker.Option[options.length + 1];
        System.arraycopy(options, 0, all, 0, options.length);
        all[options.length] = Linker.Option.captureCallState("errno");
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, all);
    }

    private static int errno(MemorySegment state) {
        return (int) ERRNO.get(state, 0L);
    }

    private static IOException failure(String what, Path path, int errno) {
        return new IOException("cannot " + what + " " + path + ": " + Errno.text(errno));
    }

    /** A call of the C library. */
    @FunctionalInterface
    private interface Call {
        long run() throws Throwable; // MethodHandle.invokeExact declares no less
    }

    private static long invoke(Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) { // a downcall handle throws nothing checked
            throw new IllegalStateException(e);
        }
    }
}
