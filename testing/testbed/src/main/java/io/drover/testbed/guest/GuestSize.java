package io.drover.testbed.guest;

/**
 * How big a guest is. Sizes in MiB.
 *
 * @param memoryMib what the guest has, some 35 MiB of which its kernel takes
 * @param dataMib the data disk
 * @param filesMib real files on the data disk
 * @param swapMib the swap disk
 */
public record GuestSize(int memoryMib, int dataMib, int filesMib, int swapMib) {
    /** For the demo: files of several hundred MiB on a disk of 1 GiB. */
    public static final GuestSize DEMO = new GuestSize(128, 1024, 400, 256);
    /** For tests: small enough to be copied many times. */
    public static final GuestSize SMALL = new GuestSize(96, 64, 20, 128);

    public GuestSize {
        if (memoryMib < 80 || dataMib < 32 || filesMib < 1 || swapMib < 1) {
            throw new IllegalArgumentException(
                    "a guest needs 80 MiB of memory, 32 of data disk, 1 of files and of swap");
        }
        if (filesMib > dataMib * 3 / 4) {
            throw new IllegalArgumentException(
                    "files: " + filesMib + " MiB leave no room for the witness on a data disk of " + dataMib + " MiB");
        }
    }

    long memoryBytes() {
        return mib(memoryMib);
    }

    static long mib(int count) {
        return (long) count << 20;
    }
}
