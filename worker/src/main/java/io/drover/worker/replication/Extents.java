package io.drover.worker.replication;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/** Sets of bytes as ascending lists of extents that do not overlap. */
public final class Extents {
    private Extents() {}

    public static long totalBytes(List<Extent> extents) {
        return extents.stream().mapToLong(Extent::length).sum();
    }

    /** The bytes in both. */
    public static List<Extent> intersect(List<Extent> left, List<Extent> right) {
        var result = new ArrayList<Extent>();
        int l = 0;
        int r = 0;
        while (l < left.size() && r < right.size()) {
            Extent a = left.get(l);
            Extent b = right.get(r);
            long start = Math.max(a.offset(), b.offset());
            long end = Math.min(a.end(), b.end());
            if (start < end) {
                result.add(new Extent(start, end - start));
            }
            if (a.end() < b.end()) {
                l++;
            } else {
                r++;
            }
        }
        return result;
    }

    /** The bytes of {@code from} that are not in {@code without}. */
    public static List<Extent> subtract(List<Extent> from, List<Extent> without) {
        var result = new ArrayList<Extent>();
        int w = 0;
        for (Extent extent : from) {
            long start = extent.offset();
            while (w < without.size() && without.get(w).end() <= start) {
                w++;
            }
            for (int i = w; i < without.size() && without.get(i).offset() < extent.end(); i++) {
                add(result, start, without.get(i).offset());
                start = Math.max(start, without.get(i).end());
            }
            add(result, start, extent.end());
        }
        return result;
    }

    /** The bytes in either; extents that touch each other become one. */
    public static List<Extent> union(List<Extent> left, List<Extent> right) {
        var all = new ArrayList<Extent>(left);
        all.addAll(right);
        all.sort(Comparator.comparingLong(Extent::offset));
        var result = new ArrayList<Extent>();
        for (Extent extent : all) {
            Extent last = result.isEmpty() ? null : result.getLast();
            if (last != null && last.end() >= extent.offset()) {
                long end = Math.max(last.end(), extent.end());
                result.set(result.size() - 1, new Extent(last.offset(), end - last.offset()));
            } else {
                result.add(extent);
            }
        }
        return result;
    }

    /**
     * Few extents that contain all of {@code extents}: those within the same {@code windowBytes} of the disk become
     * one. So a thousand scattered blocks cost a few questions.
     */
    public static List<Extent> windows(List<Extent> extents, long windowBytes) {
        var result = new ArrayList<Extent>();
        for (Extent extent : extents) {
            Extent last = result.isEmpty() ? null : result.getLast();
            if (last != null && last.offset() / windowBytes == extent.offset() / windowBytes) {
                result.set(result.size() - 1, new Extent(last.offset(), extent.end() - last.offset()));
            } else {
                result.add(extent);
            }
        }
        return result;
    }

    /** The same bytes in extents that do not go over a multiple of {@code windowBytes}, one at a time. */
    public static Iterable<Extent> cut(List<Extent> extents, long windowBytes) {
        return () -> extents.stream()
                .flatMap(extent -> LongStream.rangeClosed(
                                extent.offset() / windowBytes, (extent.end() - 1) / windowBytes)
                        .mapToObj(window -> {
                            long start = Math.max(extent.offset(), window * windowBytes);
                            return new Extent(start, Math.min(extent.end(), (window + 1) * windowBytes) - start);
                        }))
                .iterator();
    }

    private static void add(List<Extent> to, long start, long end) {
        if (start < end) {
            to.add(new Extent(start, end - start));
        }
    }
}
