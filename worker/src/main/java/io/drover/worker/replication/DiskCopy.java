package io.drover.worker.replication;

import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.time.Clock;

/**
 * All that an algorithm may use to replicate one disk.
 *
 * @param account what this disk's copy has done so far; the algorithm writes it, progress reads it
 */
public record DiskCopy(
        DiskId disk,
        DiskRole role,
        BlockSource source,
        DiskChanges changes,
        BlockTarget target,
        NativeMirror nativeMirror,
        CopyAccount account,
        Clock clock,
        WriteMirror writeMirror) {
    /** The same copy, read through something else. */
    public DiskCopy withSource(BlockSource other) {
        return new DiskCopy(disk, role, other, changes, target, nativeMirror, account, clock, writeMirror);
    }

    /** The same copy, with another account of the guest's writes. */
    public DiskCopy withChanges(DiskChanges other) {
        return new DiskCopy(disk, role, source, other, target, nativeMirror, account, clock, writeMirror);
    }
}
