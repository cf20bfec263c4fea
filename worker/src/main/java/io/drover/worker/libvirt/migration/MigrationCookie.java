package io.drover.worker.libvirt.migration;

/** What the two libvirts tell each other from phase to phase; nobody else's to understand. At most 4 MiB. */
public final class MigrationCookie {
    /** Where there is nothing to tell: a migration that is given up. */
    public static final MigrationCookie NONE = new MigrationCookie(new byte[0]);

    private final byte[] bytes;

    private MigrationCookie(byte[] bytes) {
        this.bytes = bytes;
    }

    /** As it came from the other host. */
    public static MigrationCookie of(byte[] bytes) {
        return new MigrationCookie(bytes.clone());
    }

    /** For the other host. */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
