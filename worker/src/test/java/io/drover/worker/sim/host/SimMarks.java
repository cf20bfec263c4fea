package io.drover.worker.sim.host;

import io.drover.messages.VmId;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.sim.control.SimWorld;
import java.io.IOException;
import java.util.Optional;

/** Marks that survive whatever happens to their host; whether one can be written is as its state folder is. */
public final class SimMarks implements OwnershipMarks {
    private final SimWorld world;
    private final SimHost host;

    public SimMarks(SimWorld world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    @Override
    public Optional<Mark> mark(VmId vm) {
        world.step();
        return Optional.ofNullable(host.marks.get(vm)).map(SimHost.Marked::mark);
    }

    @Override
    public long highestEpoch(VmId vm) {
        world.step();
        var marked = host.marks.get(vm);
        return marked == null ? 0 : marked.highestEpoch();
    }

    @Override
    public void reserve(VmId vm) throws IOException {
        world.step();
        if (!host.reserved.contains(vm) && host.stateFolder != SimHost.StateFolder.ROOM) {
            throw new IOException("marks: No space left on device");
        }
        host.reserved.add(vm);
        world.step();
    }

    @Override
    public boolean reserved(VmId vm) {
        world.step();
        return host.reserved.contains(vm);
    }

    @Override
    public void record(VmId vm, Mark mark) throws IOException {
        world.step();
        if (host.stateFolder == SimHost.StateFolder.BROKEN
                || (host.stateFolder == SimHost.StateFolder.FULL && !host.reserved.contains(vm))) {
            world.count("a mark was not written: " + mark.kind());
            world.note("%s mark %s is not written".formatted(host, mark.kind()));
            throw new IOException("marks: No space left on device");
        }
        host.reserved.add(vm);
        var before = host.marks.get(vm);
        long highest = before == null ? mark.epoch() : Math.max(before.highestEpoch(), mark.epoch());
        if (before != null && mayBeGiven(before.mark().kind()) && mark.kind() == Kind.ABORTED) {
            world.count(
                    before.mark().epoch() == mark.epoch() ? "turned back in doubt" : "turned back after a give back");
        }
        host.marks.put(vm, new SimHost.Marked(highest, mark));
        world.note("%s mark %s epoch %d".formatted(host, mark.kind(), mark.epoch()));
        world.moment(mark.kind() != Kind.ABORTED);
        world.step();
    }

    private static boolean mayBeGiven(Kind kind) {
        return kind == Kind.GIVING || kind == Kind.GIVEN;
    }
}
