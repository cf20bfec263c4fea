package io.drover.worker.sim.host;

import io.drover.messages.DiskId;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.BlockSource;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.Extent;
import io.drover.worker.sim.control.SimFleet;
import io.drover.worker.sim.host.SimProcess.Account;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** A disk of a process as its worker reads it, with one account of its writes. */
final class SimDisk implements BlockSource, DiskChanges {
    private final SimFleet fleet;
    private final SimProcess process;
    private final DiskId disk;
    private final Account account;

    SimDisk(SimFleet fleet, SimProcess process, DiskId disk, Account account) {
        this.fleet = fleet;
        this.process = process;
        this.disk = disk;
        this.account = account;
    }

    private SimImage image() throws IOException {
        fleet.mayFail();
        if (!process.alive()) {
            throw new IOException("the export is gone");
        }
        return process.image(disk);
    }

    @Override
    public long size() {
        return process.image(disk).size();
    }

    @Override
    public List<Extent> allocated(Extent within) throws IOException {
        BitSet set = image().allocated();
        set.clear(0, (int) (within.offset() / SimImage.BLOCK));
        set.clear((int) ((within.end() + SimImage.BLOCK - 1) / SimImage.BLOCK), Integer.MAX_VALUE);
        return extents(set);
    }

    private List<Extent> extents(BitSet set) {
        var extents = new ArrayList<Extent>();
        for (int from = set.nextSetBit(0); from >= 0; from = set.nextSetBit(set.nextClearBit(from))) {
            long offset = (long) from * SimImage.BLOCK;
            long end = Math.min((long) set.nextClearBit(from) * SimImage.BLOCK, size());
            extents.add(new Extent(offset, end - offset));
        }
        return extents;
    }

    @Override
    public void read(List<Extent> extents, int pieceBytes, PieceConsumer consumer)
            throws IOException, InterruptedException {
        for (Extent extent : extents) {
            for (long at = extent.offset(); at < extent.end(); at += SimImage.BLOCK) {
                int block = (int) (at / SimImage.BLOCK);
                consumer.accept(at, image().bytes(block));
            }
        }
    }

    @Override
    public long dirtyBytes() throws IOException {
        image();
        return (long) account.dirty.cardinality() * SimImage.BLOCK;
    }

    @Override
    public Round freeze() throws IOException {
        image();
        // A round that an earlier worker left open is part of this one.
        BitSet round = account.dirty;
        if (account.frozen != null) {
            round.or(account.frozen);
        }
        account.dirty = new BitSet();
        account.frozen = round;
        int number = ++account.rounds;
        BlockSet blocks = BlockSet.of(size(), extents((BitSet) round.clone()));
        return new Round() {
            @Override
            public BlockSet blocks() {
                return blocks;
            }

            @Override
            public void durable() throws IOException {
                image();
                if (account.rounds == number) {
                    account.frozen = null;
                }
            }
        };
    }
}
