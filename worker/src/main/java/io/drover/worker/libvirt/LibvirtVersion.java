package io.drover.worker.libvirt;

import java.util.Comparator;

/** A version of libvirt or of QEMU. */
public record LibvirtVersion(int major, int minor, int micro) implements Comparable<LibvirtVersion> {
    private static final Comparator<LibvirtVersion> ORDER = Comparator.comparingInt(LibvirtVersion::major)
            .thenComparingInt(LibvirtVersion::minor)
            .thenComparingInt(LibvirtVersion::micro);

    /** @param number as libvirt writes it: major × 1000000 + minor × 1000 + micro */
    static LibvirtVersion of(long number) {
        return new LibvirtVersion((int) (number / 1_000_000), (int) (number / 1000 % 1000), (int) (number % 1000));
    }

    @Override
    public int compareTo(LibvirtVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
