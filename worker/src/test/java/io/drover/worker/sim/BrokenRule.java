package io.drover.worker.sim;

import io.drover.messages.DiskDefinition;
import io.drover.messages.MigrationState;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.evidence.GivenOwnership;
import io.drover.messages.evidence.ResumedDestination;
import io.drover.messages.evidence.StepEvidence;
import io.drover.schema.record.MigrationRecord;
import io.drover.schema.record.VmRecord;
import io.drover.schema.worker.WorkerStore;
import io.drover.worker.hypervisor.Hypervisor;
import io.drover.worker.hypervisor.IncomingVm;
import io.drover.worker.hypervisor.SourceVm;
import io.drover.worker.hypervisor.VmInstance;
import io.drover.worker.image.ImageStore;
import io.drover.worker.image.ImageStore.TargetImage;
import io.drover.worker.migration.destination.PulledDisks;
import io.drover.worker.migration.destination.PulledDisks.PulledDisk;
import io.drover.worker.migration.source.MigrationContext;
import io.drover.worker.migration.source.MigrationRunner.Recipes;
import io.drover.worker.migration.source.Step;
import io.drover.worker.ownership.OwnershipMarks;
import io.drover.worker.ownership.OwnershipMarks.Kind;
import io.drover.worker.ownership.OwnershipMarks.Mark;
import io.drover.worker.peer.Destination.PrepareRequest;
import io.drover.worker.sim.control.LeftOut;
import io.drover.worker.sim.control.Parts;
import io.drover.worker.sim.control.SimDatabase;
import io.drover.worker.sim.host.SimHost;
import io.drover.worker.sim.host.SimPulledDisks;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Workers that keep every rule but one. An object serves one world. */
final class BrokenRule {
    private BrokenRule() {}

    /** Kind 1: what the VM is, the destination takes from the source that speaks, not from its row. */
    static final class AuthorityFromTheMessage extends LyingSource {
        @Override
        public WorkerStore store(SimHost host, WorkerStore whole) {
            return LeftOut.of(WorkerStore.class, whole, call -> {
                Object answer = call.make();
                return answer instanceof Optional<?> found
                        ? found.map(row -> row instanceof MigrationRecord record ? believed(host, record) : row)
                        : answer;
            });
        }

        private MigrationRecord believed(SimHost host, MigrationRecord row) {
            VmDefinition theirs = said.get(row.definition().id());
            return theirs == null || !row.task().destination().equals(host.id())
                    ? row
                    : new MigrationRecord(
                            row.task(),
                            theirs,
                            row.state(),
                            row.attempt(),
                            row.epoch(),
                            row.cancelRequested(),
                            row.token(),
                            row.destinationAddress(),
                            row.reason());
        }
    }

    /** A source that speaks of another disk than the database; no rule is broken by that. */
    static class LyingSource implements Parts {
        final Map<VmId, VmDefinition> said = new HashMap<>();

        @Override
        public PrepareRequest said(PrepareRequest truth) {
            VmDefinition vm = truth.definition();
            var disks = new ArrayList<DiskDefinition>();
            for (DiskDefinition disk : vm.disks()) {
                disks.add(new DiskDefinition(disk.id(), disk.role(), "other-" + disk.image()));
            }
            VmDefinition theirs = new VmDefinition(
                    vm.id(),
                    vm.name(),
                    vm.vcpus(),
                    vm.memoryBytes(),
                    vm.machine(),
                    vm.cpuModel(),
                    vm.networkCards(),
                    vm.boot(),
                    disks);
            said.put(vm.id(), theirs);
            return new PrepareRequest(
                    theirs, truth.epoch(), truth.disks(), truth.hypervisorVersion(), truth.accelerator(), truth.idle());
        }
    }

    /** What a worker does with the images it fills. */
    abstract static class OtherSync implements Parts {
        abstract void sync(LeftOut.Call call) throws Exception;

        @Override
        public ImageStore images(SimHost host, ImageStore whole) {
            return LeftOut.of(ImageStore.class, whole, call -> {
                Object made = call.make();
                return made instanceof TargetImage image ? target(image) : made;
            });
        }

        private TargetImage target(TargetImage whole) {
            return LeftOut.of(TargetImage.class, whole, call -> {
                if (call.name().equals("sync")) {
                    sync(call);
                    return null;
                }
                return call.make();
            });
        }
    }

    /** Kind 2: a sync that failed counts as one that did not. */
    static final class FailedSyncForgotten extends OtherSync {
        @Override
        void sync(LeftOut.Call call) throws Exception {
            try {
                Object _ = call.make();
            } catch (IOException e) {
                // That is the rule that is broken.
            }
        }
    }

    /** Complete is said without an fsync. */
    static final class NoSync extends OtherSync {
        @Override
        void sync(LeftOut.Call call) {}
    }

    /** Kind 3: a loop that an Error went through is over, and the worker goes on without it. */
    static final class ErrorSwallowed implements Parts {
        @Override
        public boolean errorsEndTheWorker() {
            return false;
        }
    }

    /** Kind 4: the guest waits for a mark that cannot be written. */
    static final class FullDiskFreezes implements Parts {
        @Override
        public Hypervisor hypervisor(SimHost host, Hypervisor whole) {
            return vms(whole, call -> {
                if (host.stateFolder != SimHost.StateFolder.ROOM) {
                    throw new IOException("No space left on device");
                }
                return call.make();
            });
        }
    }

    /** Kind 5: what the marks say against the database counts for nothing. */
    static final class EvidenceIgnored implements Parts {
        private final SimDatabase database;

        EvidenceIgnored(SimDatabase database) {
            this.database = database;
        }

        @Override
        public OwnershipMarks marks(SimHost host, OwnershipMarks whole) {
            return LeftOut.of(OwnershipMarks.class, whole, call -> switch (call.name()) {
                case "highestEpoch" -> 0L;
                case "mark" -> ((Optional<?>) Objects.requireNonNull(call.make())).filter(mark -> asKnown((Mark) mark));
                default -> call.make();
            });
        }

        private boolean asKnown(Mark mark) {
            var row = database.migrations.get(mark.migration());
            return row != null && !row.state.beforeSwitchover();
        }
    }

    /** Kind 6: the database takes every worker that has the host's credentials. */
    static final class NoFence implements Parts {
        @Override
        public boolean fence() {
            return false;
        }
    }

    /** The destination runs the guest when it has everything, and is given the VM then. */
    static final class ResumeBeforeTheGive implements Parts {
        private final SimDatabase database;

        ResumeBeforeTheGive(SimDatabase database) {
            this.database = database;
        }

        @Override
        public Recipes recipes(Recipes whole) {
            var handover = new ArrayList<Step.Plain>();
            for (Step.Plain step : whole.live().handover()) {
                if (step.name().equals(GivenOwnership.STEP)) {
                    handover.add(new Early());
                }
                handover.add(step);
            }
            return new Recipes(whole.live().withHandover(handover), whole.idle());
        }

        @Override
        public WorkerStore store(SimHost host, WorkerStore whole) {
            return LeftOut.of(WorkerStore.class, whole, call -> {
                Object answer = call.make();
                return call.name().equals("vm")
                        ? ((Optional<?>) Objects.requireNonNull(answer)).map(vm -> asIfGiven(host, (VmRecord) vm))
                        : answer;
            });
        }

        private VmRecord asIfGiven(SimHost host, VmRecord vm) {
            boolean onItsWay = database.open(vm.definition().id())
                    .filter(row -> row.state == MigrationState.SWITCHING
                            && row.task.destination().equals(host.id()))
                    .isPresent();
            return onItsWay
                    ? new VmRecord(vm.definition(), host.id(), vm.epoch() + 1, vm.power(), vm.wantedPower(), null)
                    : vm;
        }

        private record Early() implements Step.Plain {
            @Override
            public String name() {
                return "resume-early";
            }

            @Override
            public MigrationState state() {
                return MigrationState.SWITCHING;
            }

            @Override
            public StepEvidence run(MigrationContext context) throws InterruptedException {
                try {
                    context.session().run();
                } catch (IOException e) {
                    // It runs, and could not record that.
                    context.closeSession();
                }
                return new ResumedDestination(true, "");
            }
        }
    }

    /** A give that was not answered is taken for one that was not made. */
    static final class UndoAfterTheGive implements Parts {
        @Override
        public OwnershipMarks marks(SimHost host, OwnershipMarks whole) {
            return LeftOut.of(OwnershipMarks.class, whole, call -> {
                boolean giving = call.name().equals("record")
                        && call.argument(1, Mark.class).kind() == Kind.GIVING;
                return giving ? null : call.make();
            });
        }
    }

    /** What the source sends goes over what the guest wrote where it runs now. */
    static final class BulkOverNewer implements Parts {
        @Override
        public PulledDisks pulledDisks(SimHost host, PulledDisks whole) {
            return LeftOut.of(PulledDisks.class, whole, call -> {
                Object made = call.make();
                return made instanceof SimPulledDisks.Pulled disk ? overwriting(disk) : made;
            });
        }

        private static PulledDisk overwriting(SimPulledDisks.Pulled whole) {
            TargetImage target = LeftOut.of(TargetImage.class, whole, call -> {
                switch (call.name()) {
                    case "write" -> whole.lose(call.argument(0, Long.class), 1);
                    case "zero" -> whole.lose(call.argument(0, Long.class), call.argument(1, Long.class));
                    default -> {}
                }
                return call.make();
            });
            return LeftOut.of(PulledDisk.class, whole, call -> call.name().equals("image") ? target : call.make());
        }
    }

    /** The mark that the guest may have run is written when it runs. */
    static final class MarkAfterCont implements Parts {
        private final Map<SimHost, Late> late = new HashMap<>();

        private record Late(BooleanSupplier life, LeftOut.Call call) {}

        @Override
        public OwnershipMarks marks(SimHost host, OwnershipMarks whole) {
            return LeftOut.of(OwnershipMarks.class, whole, call -> {
                boolean mayRun = call.name().equals("record")
                        && call.argument(1, Mark.class).kind() == Kind.MAY_RUN;
                if (mayRun) {
                    late.put(host, new Late(host.thisLife(), call));
                    return null;
                }
                return call.make();
            });
        }

        @Override
        public Hypervisor hypervisor(SimHost host, Hypervisor whole) {
            return vms(whole, call -> {
                Object answer = call.make();
                Late mark = late.remove(host);
                if (mark != null && mark.life().getAsBoolean()) {
                    Object _ = mark.call().make();
                }
                return answer;
            });
        }
    }

    /** The database gives whatever attempt asks, at whatever epoch. */
    static final class EpochUnchecked implements Parts {
        @Override
        public boolean epochs() {
            return false;
        }
    }

    /** A hypervisor that does something else where a VM is to be resumed. */
    private static Hypervisor vms(Hypervisor whole, LeftOut.Instead resume) {
        return LeftOut.of(Hypervisor.class, whole, call -> {
            @Nullable Object found = call.make();
            return switch (found) {
                case VmInstance vm -> vm(vm, resume);
                case Optional<?> perhaps -> perhaps.map(vm -> vm((VmInstance) vm, resume));
                case null, default -> found;
            };
        });
    }

    private static VmInstance vm(VmInstance whole, LeftOut.Instead resume) {
        LeftOut.Instead instead = call -> call.name().equals("resume") ? resume.of(call) : call.make();
        return switch (whole) {
            case IncomingVm incoming -> LeftOut.of(IncomingVm.class, incoming, instead);
            case SourceVm source -> LeftOut.of(SourceVm.class, source, instead);
            default -> LeftOut.of(VmInstance.class, whole, instead);
        };
    }
}
