package io.drover.messages;

/** What a disk holds; decides how it is replicated. */
public enum DiskRole {
    /** A file system or anything else that must survive the guest. */
    DATA,
    /** Swap space: as volatile as memory, and free slots are not worth a byte. */
    SWAP
}
