package io.drover.messages;

/** How an image holds its disk. Declared and never guessed: a guest can write any header into a raw image. */
public enum ImageFormat {
    /** The file is the disk, byte for byte. */
    RAW,
    /** QEMU's own, perhaps over a backing file (docs/interop/qcow2.txt of QEMU 7.2). */
    QCOW2
}
