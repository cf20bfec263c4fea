package io.drover.cli.doctor.fleet;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.drover.messages.HostId;
import io.drover.messages.text.FileProblem;
import io.drover.messages.time.Clock;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.worker.WorkerConfig;
import io.drover.worker.WorkerConfig.Encrypt;
import io.drover.worker.peer.channel.PeerProbe;
import io.drover.worker.peer.server.PeerServer;
import io.drover.worker.pki.Encryption;
import io.drover.worker.pki.HostCertificates;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Asks the workers of all other hosts, once for several checks. While this host's own worker does not run, its port is
 * listened at meanwhile, so that the way back leads to somebody: it answers probes and takes no migration.
 */
public final class PeerRound {
    private static final Duration LIMIT = Duration.ofSeconds(15);
    /** A worker says every 5 s that it lives. */
    private static final Duration SILENT = Duration.ofSeconds(60);

    private static final int AT_ONCE = 16;

    private final WorkerConfig config;
    private final DatabaseInspection database;
    private final Clock clock;

    @GuardedBy("this")
    private @Nullable Result done;

    public PeerRound(WorkerConfig config, DatabaseInspection database, Clock clock) {
        this.config = config;
        this.database = database;
        this.clock = clock;
    }

    /**
     * What came of asking a peer.
     *
     * @param answer null: there was none, for the reason that {@code problem} tells
     */
    record Asked(
            HostId host,
            String address,
            Instant before,
            Instant after,
            PeerProbe.@Nullable Answer answer,
            @Nullable String problem) {}

    /**
     * What came of the round.
     *
     * @param silent hosts whose worker has not been heard of lately; they were not asked
     */
    record Result(List<Asked> asked, List<HostId> silent) {}

    /** The same for everybody who asks; throws, saying why nobody could be asked. */
    synchronized Result result() throws IOException, InterruptedException {
        Result known = done;
        if (known == null) {
            known = ask();
            done = known;
        }
        return known;
    }

    private Result ask() throws IOException, InterruptedException {
        Encryption encryption = encryption();
        Instant heardSince = database.now().minus(SILENT);
        var living = new ArrayList<PeerProbe.Peer>();
        var silent = new ArrayList<HostId>();
        for (DatabaseInspection.Peer peer : database.peers()) {
            if (peer.host().equals(config.host())) {
                continue;
            }
            if (peer.lastSeen().isBefore(heardSince)) {
                silent.add(peer.host());
            } else {
                living.add(new PeerProbe.Peer(peer.host(), peer.address()));
            }
        }
        return new Result(ask(living, encryption), silent);
    }

    private List<Asked> ask(List<PeerProbe.Peer> peers, Encryption encryption)
            throws IOException, InterruptedException {
        PeerServer listening = listen(encryption);
        try (ExecutorService threads = Executors.newFixedThreadPool(
                AT_ONCE, Thread.ofPlatform().daemon().name("doctor-peer-", 0).factory())) {
            List<Callable<Asked>> questions = peers.stream()
                    .map(peer -> (Callable<Asked>) () -> ask(peer, encryption))
                    .toList();
            var answers = new ArrayList<Asked>();
            for (Future<Asked> answer : threads.invokeAll(questions)) {
                answers.add(answer.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new IOException("asking the peers failed: " + e.getCause(), e);
        } finally {
            if (listening != null) {
                listening.close();
            }
        }
    }

    private Asked ask(PeerProbe.Peer peer, Encryption encryption) {
        Instant before = clock.now();
        try {
            PeerProbe.Answer answer = PeerProbe.ask(peer, encryption, true, LIMIT, clock);
            return new Asked(peer.host(), peer.address(), before, clock.now(), answer, null);
        } catch (IOException e) {
            return new Asked(peer.host(), peer.address(), before, clock.now(), null, FileProblem.told(e));
        }
    }

    /** Null where somebody listens already, the worker itself most likely, or where the port is any that is free. */
    private @Nullable PeerServer listen(Encryption encryption) {
        if (config.peer().port() == 0) {
            return null;
        }
        try {
            return PeerServer.start(
                    config.peer().hostAndPort(), PeerServer.Settings.defaults(encryption), new NoMigrations(), clock);
        } catch (IOException e) {
            return null;
        }
    }

    private Encryption encryption() throws IOException {
        if (config.peer().encryption() != Encrypt.TLS) {
            return new Encryption.Off(config.peer().encryption() == Encrypt.OFF_INSECURE);
        }
        return new Encryption.Tls(HostCertificates.read(config.peer().pki(), config.host(), clock.now()));
    }
}
