package io.drover.bench;

import io.drover.bench.lab.Commands;
import io.drover.bench.trial.InitialState;
import io.drover.testbed.guest.DataContent;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Blocks of a stopped guest's data disk that were changed behind its file system's back, and what they must hold later.
 * They are blocks of the file that the guest's load writes to, which nothing else looks at; what the load wrote since
 * is known by the block's number at its start.
 */
final class ChangedBlocks {
    /** Nothing was changed. */
    static final ChangedBlocks NONE = new ChangedBlocks(new long[0], List.of(), 0);

    private static final String FILE = "/witness/stream";
    private static final int BLOCK_BYTES = DataContent.BLOCK_BYTES;
    private static final int RUN_BLOCKS = (1 << 20) / BLOCK_BYTES;

    /** Of each block of the file, the number of the block of the image that holds it. */
    private final long[] places;

    private final List<Integer> changed;
    private final long seed;

    private ChangedBlocks(long[] places, List<Integer> changed, long seed) {
        this.places = places;
        this.changed = changed;
        this.seed = seed;
    }

    /** Changes a part of the image's size, in runs or scattered, and syncs. The file must be twice as large as that. */
    static ChangedBlocks change(Path image, InitialState beginning, long seed)
            throws IOException, InterruptedException {
        long[] places = places(image);
        int count = (int) (Files.size(image) * beginning.changedPercent() / 100 / BLOCK_BYTES);
        if (count > places.length * 3 / 4) {
            throw new IOException("the load's file of " + places.length + " blocks is too small to change " + count);
        }
        int run = beginning.scattered() ? 1 : RUN_BLOCKS;
        var blocks = new ChangedBlocks(places, choose(places.length, count, run, new Random(seed)), seed);
        try (var file = new RandomAccessFile(image.toFile(), "rw")) {
            for (int block : blocks.changed) {
                file.seek(places[block] * BLOCK_BYTES);
                file.write(blocks.content(block));
            }
            file.getFD().sync();
        }
        return blocks;
    }

    private static long[] places(Path image) throws IOException, InterruptedException {
        // stdout and stderr come together: debugfs says its version first.
        String said = Commands.run(List.of(), "debugfs", "-R", "blocks " + FILE, image.toString());
        return Arrays.stream(said.split("\\R", -1))
                .filter(line -> !line.startsWith("debugfs"))
                .flatMap(line -> Arrays.stream(line.strip().split("\\s+", -1)))
                .filter(word -> !word.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /** Whole runs, evenly likely, until there are so many blocks. */
    static List<Integer> choose(int blocks, int count, int run, Random random) {
        List<Integer> starts = new ArrayList<>(
                IntStream.range(0, blocks / run).map(i -> i * run).boxed().toList());
        Collections.shuffle(starts, random);
        return starts.subList(0, Math.min(starts.size(), count / run)).stream()
                .sorted()
                .flatMap(start -> IntStream.range(start, start + run).boxed())
                .toList();
    }

    private byte[] content(int block) {
        var content = new byte[BLOCK_BYTES];
        new Random(seed ^ (block * 0x9e3779b97f4a7c15L)).nextBytes(content);
        return content;
    }

    long bytes() {
        return (long) changed.size() * BLOCK_BYTES;
    }

    /**
     * What is wrong on another copy of the disk; empty when every changed block is there, or what the load made of it.
     */
    List<String> problems(Path image) throws IOException {
        var found = new byte[BLOCK_BYTES];
        long wrong = 0;
        try (var file = new RandomAccessFile(image.toFile(), "r")) {
            for (int block : changed) {
                file.seek(places[block] * BLOCK_BYTES);
                file.readFully(found);
                long number =
                        ByteBuffer.wrap(found).order(ByteOrder.LITTLE_ENDIAN).getLong();
                wrong += number == block || Arrays.equals(found, content(block)) ? 0 : 1;
            }
        }
        return LongStream.of(wrong)
                .filter(count -> count > 0)
                .mapToObj(count -> count + " changed blocks are not at the destination")
                .toList();
    }
}
