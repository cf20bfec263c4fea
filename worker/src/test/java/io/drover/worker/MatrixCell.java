package io.drover.worker;

import io.drover.worker.replication.algorithm.ReplicationAlgorithms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** One combination of everything a move can be asked with, and what is to become of it. */
record MatrixCell(String algorithm, Format format, Target target, Power power, Option option) {
    private static final Set<String> PULLING = Set.of("post-copy", "hybrid");

    enum Format {
        RAW,
        QCOW2,
        QCOW2_OVER_BASE
    }

    /** What stands at the destination under the image's name. */
    enum Target {
        NOTHING,
        RETIRED_COPY,
        DEVICE
    }

    enum Power {
        RUNNING,
        STOPPED
    }

    enum Option {
        NONE,
        VERIFY_FULL,
        BASE_IMAGE,
        ALLOW_PULL,
        VERIFY_FULL_ALLOW_PULL,
        LINK_LIMIT
    }

    /** All of them; those of one VM stand together, because it goes from one to the next. */
    static List<MatrixCell> all() {
        var cells = new ArrayList<MatrixCell>();
        for (Format format : Format.values()) {
            for (Power power : Power.values()) {
                for (String algorithm : ReplicationAlgorithms.catalog().names()) {
                    for (Target target : Target.values()) {
                        for (Option option : Option.values()) {
                            cells.add(new MatrixCell(algorithm, format, target, power, option));
                        }
                    }
                }
            }
        }
        return cells;
    }

    /** Each {@code n}th of them, the first included. */
    static List<MatrixCell> every(int n) {
        List<MatrixCell> all = all();
        return IntStream.range(0, all.size())
                .filter(i -> i % n == 0)
                .mapToObj(all::get)
                .toList();
    }

    /** A few in which every value of everything occurs. */
    static List<MatrixCell> slice() {
        return List.of(
                new MatrixCell("pre-copy", Format.RAW, Target.NOTHING, Power.RUNNING, Option.VERIFY_FULL),
                new MatrixCell("post-copy", Format.RAW, Target.DEVICE, Power.RUNNING, Option.NONE),
                new MatrixCell("mirror", Format.RAW, Target.NOTHING, Power.RUNNING, Option.LINK_LIMIT),
                new MatrixCell("auto", Format.RAW, Target.NOTHING, Power.RUNNING, Option.VERIFY_FULL_ALLOW_PULL),
                new MatrixCell("hybrid", Format.RAW, Target.RETIRED_COPY, Power.RUNNING, Option.VERIFY_FULL),
                new MatrixCell("stop-and-copy", Format.RAW, Target.RETIRED_COPY, Power.STOPPED, Option.BASE_IMAGE),
                new MatrixCell("auto", Format.QCOW2_OVER_BASE, Target.RETIRED_COPY, Power.RUNNING, Option.ALLOW_PULL),
                new MatrixCell("qemu-mirror", Format.QCOW2_OVER_BASE, Target.NOTHING, Power.RUNNING, Option.NONE),
                new MatrixCell("mirror", Format.QCOW2_OVER_BASE, Target.NOTHING, Power.RUNNING, Option.NONE),
                new MatrixCell("pre-copy", Format.QCOW2_OVER_BASE, Target.NOTHING, Power.RUNNING, Option.VERIFY_FULL),
                new MatrixCell("pre-copy", Format.QCOW2_OVER_BASE, Target.DEVICE, Power.RUNNING, Option.NONE),
                new MatrixCell("qemu-mirror", Format.QCOW2, Target.NOTHING, Power.STOPPED, Option.NONE));
    }

    /** A part of the sentence that refuses it; empty when it is to be moved. */
    Optional<String> refusal() {
        boolean qcow2 = format != Format.RAW;
        boolean full = option == Option.VERIFY_FULL || option == Option.VERIFY_FULL_ALLOW_PULL;
        if (full && PULLING.contains(algorithm)) {
            return Optional.of("verify: 'full' compares everything before the VM is given away, and '" + algorithm);
        }
        if (qcow2 && power == Power.STOPPED) {
            return Optional.of("a qcow2 image is moved while its VM runs only");
        }
        if (qcow2 && full) {
            return Optional.of("verify: 'full' compares raw images");
        }
        if (qcow2 && PULLING.contains(algorithm)) {
            return Optional.of("algorithm: '" + algorithm + "' pulls, which is for raw images");
        }
        if (format == Format.QCOW2_OVER_BASE && algorithm.equals("qemu-mirror")) {
            return Optional.of("algorithm: 'qemu-mirror' copies the base too");
        }
        if (qcow2 && target == Target.DEVICE) {
            return Optional.of("is a device, which holds no qcow2 image here");
        }
        return Optional.empty();
    }

    /** Name of the VM whose cell it is. */
    String vm() {
        return (format + "-" + power).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String toString() {
        return algorithm + ", "
                + (format + ", " + target + ", " + power + ", " + option)
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' ');
    }
}
