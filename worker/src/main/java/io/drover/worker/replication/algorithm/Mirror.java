package io.drover.worker.replication.algorithm;

import io.drover.messages.DiskRole;
import io.drover.messages.text.FileProblem;
import io.drover.worker.replication.BlockSet;
import io.drover.worker.replication.DiskChanges;
import io.drover.worker.replication.DiskCopy;
import io.drover.worker.replication.ReplicationAlgorithm;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bulk as {@code pre-copy} sends it, then a mirror of the guest's writes, and one round over what was written
 * before it began. From then on the destination lags behind by the mirror's window at most, whatever the guest writes.
 *
 * <p>The account goes on beside the mirror: each {@link #advance} ends a round of it whose writes the destination has
 * made durable. A mirror that fails therefore costs a round, and is tried again a few times.
 */
public final class Mirror implements ReplicationAlgorithm {
    public static final String NAME = "mirror";

    private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);
    private static final int ATTEMPTS_MAX = 3;

    private final PreCopy rounds;
    private boolean bulkDone;
    private boolean mirrored;
    private int failures;
    private DiskChanges.@Nullable Round open;
    private boolean frozen;

    public Mirror() {
        this.rounds = new PreCopy();
    }

    /** @param bulk has sent the bulk and holds its account */
    Mirror(PreCopy bulk) {
        this.rounds = bulk;
        this.bulkDone = true;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public long advance(DiskCopy copy) throws IOException, InterruptedException {
        refuseSwap(copy);
        if (!bulkDone) {
            long rest = rounds.advance(beside(copy, false));
            bulkDone = true;
            return rest;
        }
        if (mirrored || failures < ATTEMPTS_MAX) {
            try {
                return mirrored ? endRound(copy) : join(copy);
            } catch (MirrorFailed e) {
                fallBack(copy, e);
            }
        }
        return rounds.advance(beside(copy, false));
    }

    private static void refuseSwap(DiskCopy copy) {
        if (copy.role() == DiskRole.SWAP) {
            throw new IllegalArgumentException("algorithm: " + NAME + " is not for swap: disk " + copy.disk()
                    + " would keep every slot that its guest frees");
        }
    }

    @Override
    public boolean converging() {
        return mirrored || failures < ATTEMPTS_MAX || rounds.converging();
    }

    /** A round that was frozen after the mirror began covers all that the mirror does not. */
    private long join(DiskCopy copy) throws IOException, InterruptedException {
        ask(() -> {
            copy.writeMirror().start();
            return 0L;
        });
        do {
            frozen = false;
            long _ = rounds.advance(beside(copy, true));
        } while (!frozen);
        mirrored = true;
        return ask(copy.writeMirror()::pendingBytes);
    }

    /** What was written until now has gone through the mirror: once it is durable, the account of it may go. */
    private long endRound(DiskCopy copy) throws IOException, InterruptedException {
        DiskChanges.Round round = beside(copy, true).changes().freeze();
        // A connection that breaks takes with it what the mirror had sent: then this round must be read and sent.
        mirrored = false;
        copy.target().flush();
        mirrored = true;
        long rest = ask(copy.writeMirror()::pendingBytes);
        round.durable();
        return rest;
    }

    @Override
    public void finish(DiskCopy copy) throws IOException, InterruptedException {
        refuseSwap(copy);
        if (mirrored) {
            try {
                ask(() -> {
                    copy.writeMirror().complete();
                    return 0L;
                });
                mirrored = false;
                DiskChanges.Round round = beside(copy, false).changes().freeze();
                copy.target().flush();
                round.durable();
                return;
            } catch (MirrorFailed e) {
                fallBack(copy, e);
            }
        }
        do {
            frozen = false; // a round kept from before is not the last one
            rounds.finish(beside(copy, false));
        } while (!frozen);
    }

    @Override
    public void abandon(DiskCopy copy) throws IOException, InterruptedException {
        mirrored = false;
        copy.writeMirror().abandon();
    }

    private void fallBack(DiskCopy copy, MirrorFailed failure) throws IOException, InterruptedException {
        LOG.warn("disk {}: {}; its writes go in rounds again", copy.disk(), failure.getMessage());
        failures++;
        abandon(copy);
    }

    /** The mirror's failures are not the copy's. */
    private static long ask(Question question) throws MirrorFailed, InterruptedException {
        try {
            return question.ask();
        } catch (IOException e) {
            throw new MirrorFailed(e);
        }
    }

    @FunctionalInterface
    private interface Question {
        long ask() throws IOException, InterruptedException;
    }

    private static final class MirrorFailed extends IOException {
        private static final long serialVersionUID = 1L;

        MirrorFailed(IOException cause) {
            super(FileProblem.told(cause), cause);
        }
    }

    /** The copy with rounds that are kept until they are durable, whoever opened them, and that the mirror knows of. */
    private DiskCopy beside(DiskCopy copy, boolean mirroring) {
        return copy.withChanges(new KeptRounds(copy, mirroring));
    }

    private final class KeptRounds implements DiskChanges {
        private final DiskCopy copy;
        private final boolean mirroring;

        KeptRounds(DiskCopy copy, boolean mirroring) {
            this.copy = copy;
            this.mirroring = mirroring;
        }

        @Override
        public long dirtyBytes() throws IOException, InterruptedException {
            return copy.changes().dirtyBytes();
        }

        @Override
        public Round freeze() throws IOException, InterruptedException {
            Round round = open;
            if (round == null) {
                round = copy.changes().freeze();
                open = round;
                frozen = true;
            }
            if (mirroring) {
                ask(() -> {
                    copy.writeMirror().beginRound();
                    return 0L;
                });
            }
            return kept(round);
        }

        private Round kept(Round round) {
            return new Round() {
                @Override
                public BlockSet blocks() {
                    return round.blocks();
                }

                @Override
                public void durable() throws IOException, InterruptedException {
                    round.durable();
                    open = null;
                }
            };
        }
    }
}
