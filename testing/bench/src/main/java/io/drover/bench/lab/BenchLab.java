package io.drover.bench.lab;

import io.drover.bench.trial.BenchCase;
import io.drover.cli.api.ApiClient;
import io.drover.demo.DemoFolders;
import io.drover.demo.QemuProcesses;
import io.drover.demo.SchedulerApi;
import io.drover.demo.Teardown;
import io.drover.messages.time.Clock;
import io.drover.messages.time.Wait;
import io.drover.testbed.guest.Guests;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Hosts, link and services of one case, made when first asked for and again after they were given up. */
public final class BenchLab implements AutoCloseable {
    private static final Duration HOSTS_LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL = Duration.ofMillis(200);
    /** What the workers take for the speed of a link that is not shaped. */
    private static final long UNSHAPED_BITS = 40_000_000_000L;

    private final DemoFolders folders;
    private final Guests guests;
    private final BenchCase situation;
    private final LinkCut cut;
    private final Clock clock;
    private final Teardown ending;
    private final Thread hook;
    private List<Lab> open = List.of();

    /** Ends everything with the JVM as well, however that ends. */
    public BenchLab(DemoFolders folders, Guests guests, BenchCase situation, LinkCut cut, Clock clock) {
        this.folders = folders;
        this.guests = guests;
        this.situation = situation;
        this.cut = cut;
        this.clock = clock;
        this.ending = new Teardown(new QemuProcesses(folders));
        this.hook = new Thread(ending::run, "ending");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public Lab lab() throws IOException, InterruptedException {
        if (open.isEmpty()) {
            folders.remove();
            folders.create(List.of(Lab.SOURCE, Lab.DESTINATION));
            open = List.of(start());
        }
        return open.getFirst();
    }

    /** After a run that may have broken anything; whatever it left ends. */
    public void giveUp() {
        ending.run();
        open = List.of();
    }

    private Lab start() throws IOException, InterruptedException {
        long bits = situation.bitsPerSecond();
        HostNetwork network = HostNetwork.join(bits, clock);
        ending.add(network::close);
        BenchFleet fleet = BenchFleet.start(folders, guests.bootFolder(), ending);
        fleet.startWorkers(network, bits == 0 ? UNSHAPED_BITS : bits);
        var client = new ApiClient(fleet.api());
        ending.add(client::close);
        var lab = new Lab(folders, network, cut, new SchedulerApi(client), guests, clock);
        awaitHosts(lab);
        return lab;
    }

    /** Until the scheduler answers and both workers have registered. */
    private void awaitHosts(Lab lab) throws IOException, InterruptedException {
        if (!new Wait(clock, HOSTS_LIMIT, POLL).until(() -> registered(lab) >= 2)) {
            throw new IOException(
                    "the workers did not register; see " + lab.folders().logs());
        }
    }

    private static int registered(Lab lab) throws InterruptedException {
        try {
            return lab.api().hosts().size();
        } catch (IOException e) {
            return 0; // the scheduler does not listen yet
        }
    }

    @Override
    public void close() {
        ending.run();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
