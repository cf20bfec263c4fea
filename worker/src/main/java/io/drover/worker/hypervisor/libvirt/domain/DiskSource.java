package io.drover.worker.hypervisor.libvirt.domain;

import org.jspecify.annotations.Nullable;

/**
 * What a disk shows.
 *
 * @param path of a file, device or folder; of a network disk its protocol and name; null for other kinds
 * @param pool of a volume
 * @param volume name in its pool
 */
public record DiskSource(
        Kind kind,
        @Nullable String path,
        @Nullable String pool,
        @Nullable String volume) {
    /** Libvirt's types of disks, by the attribute in which a source of that type stands. */
    public enum Kind {
        FILE("file"),
        BLOCK("dev"),
        DIR("dir"),
        NETWORK("name"),
        VOLUME("volume"),
        NVME("namespace"),
        VHOSTUSER("path"),
        /** A type that this version does not know. */
        UNKNOWN(""),
        /** No medium, or no source at all. */
        NONE("");

        private final String attribute;

        Kind(String attribute) {
            this.attribute = attribute;
        }

        String attribute() {
            return attribute;
        }
    }

    static DiskSource none() {
        return new DiskSource(Kind.NONE, null, null, null);
    }

    /** As an operator would write it. */
    public String shown() {
        return pool == null ? String.valueOf(path) : "volume " + volume + " of pool " + pool;
    }
}
