package io.drover.worker.sim;

import io.drover.messages.VmId;
import io.drover.worker.migration.OwnershipMarks;
import java.util.Optional;

/** Marks that survive whatever happens to their host. */
final class SimMarks implements OwnershipMarks {
    private final SimWorld world;
    private final SimHost host;

    SimMarks(SimWorld world, SimHost host) {
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
    public void record(VmId vm, Mark mark) {
        world.step();
        var before = host.marks.get(vm);
        long highest = before == null ? mark.epoch() : Math.max(before.highestEpoch(), mark.epoch());
        if (before != null && before.mark().kind() == Kind.GIVING && mark.kind() == Kind.ABORTED) {
            world.count(
                    before.mark().epoch() == mark.epoch() ? "turned back in doubt" : "turned back after a give back");
        }
        host.marks.put(vm, new SimHost.Marked(highest, mark));
        world.note("%s mark %s epoch %d".formatted(host, mark.kind(), mark.epoch()));
        world.moment(mark.kind() != Kind.ABORTED);
        world.step();
    }
}
