package io.drover.scheduler.cluster;

import io.drover.messages.HostId;
import io.drover.messages.MigrationId;
import io.drover.messages.MigrationState;
import io.drover.messages.VmId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot as text and back, byte for byte: one line a host, VM or migration, each value named. Stored with
 * every decision, so that an odd one becomes a test file. Empty lines and lines that begin with {@code #} are for
 * people.
 */
public final class SnapshotText {
    private static final String HEADING = "drover-snapshot 1";

    private SnapshotText() {}

    public static String write(ClusterSnapshot snapshot) {
        Stream<String> lines = Stream.of(
                        Stream.of(
                                HEADING,
                                "at " + snapshot.at(),
                                write(snapshot.rules()),
                                EconomyText.write(snapshot.rules().economy())),
                        snapshot.hosts().stream().map(SnapshotText::write),
                        snapshot.vms().stream().map(SnapshotText::write),
                        snapshot.inFlight().stream().map(SnapshotText::write),
                        snapshot.ended().stream().map(SnapshotText::write),
                        snapshot.held().stream().map(SnapshotText::write))
                .flatMap(part -> part);
        return lines.collect(Collectors.joining("\n", "", "\n"));
    }

    /**
     * Throws {@link IllegalArgumentException} that names the line and the field; also where two lines are about the
     * same host or VM, or a VM is on a host that is not there.
     */
    public static ClusterSnapshot read(String text) {
        var parsed = new Parsed();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                parsed.take(line, number);
            } catch (RuntimeException e) {
                // Values fail with whatever their parser throws; people need the line.
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return parsed.snapshot();
    }

    private static String write(Rules rules) {
        return "rules high=" + rules.high()
                + " low=" + rules.low()
                + " samples_n=" + rules.samplesN()
                + " samples_k=" + rules.samplesK()
                + " cooldown=" + rules.coolDown()
                + " stale=" + rules.staleAfter()
                + " per_source=" + rules.perSource()
                + " per_destination=" + rules.perDestination();
    }

    private static String write(Host host) {
        return "host id=" + host.id()
                + " cpu_cores=" + host.cpuCores()
                + " memory_bytes=" + host.memoryBytes()
                + " images_free_bytes=" + host.imagesFreeBytes()
                + " link_bytes_per_s=" + host.linkBytesPerSecond()
                + " reserved_memory_bytes=" + host.reservedMemoryBytes()
                + " reserved_image_bytes=" + host.reservedImageBytes()
                + " samples=" + SampleText.write(host.samples())
                + SnapshotLabels.field(host.labels())
                + optional("disk_bytes_per_s", host.diskBytesPerSecond())
                + optional("network_bytes_per_s", host.networkBytesPerSecond());
    }

    private static String write(Vm vm) {
        return "vm id=" + vm.id()
                + " name=" + vm.name()
                + " owner=" + vm.owner()
                + " running=" + vm.running()
                + " measured=" + vm.measured()
                + " cpu_cores=" + vm.cpuCores()
                + " memory_bytes=" + vm.memoryBytes()
                + " resident_bytes=" + vm.residentBytes()
                + " disk_bytes=" + vm.diskBytes()
                + " swap_bytes=" + vm.swapBytes()
                + SnapshotLabels.field(vm.labels())
                + optional("dirty_bytes_per_s", vm.dirtyBytesPerSecond())
                + optional("write_bytes_per_s", vm.writeBytesPerSecond())
                + (vm.samples().isEmpty() ? "" : " samples=" + SampleText.write(vm.samples()))
                + daily(vm.dailyCpuCores());
    }

    private static String write(InFlight open) {
        return "in_flight id=" + open.id()
                + " vm=" + open.vm()
                + " source=" + open.source()
                + " destination=" + open.destination()
                + " state=" + open.state().wireName();
    }

    private static String write(EndedMigration ended) {
        return "ended vm=" + ended.vm()
                + " source=" + ended.source()
                + " destination=" + ended.destination()
                + " state=" + ended.state().wireName()
                + " at=" + ended.at()
                + (ended.startedAt() == null ? "" : " started=" + ended.startedAt())
                + (ended.bytes() == 0 ? "" : " bytes=" + ended.bytes())
                + (ended.foreign() ? " foreign=true" : "");
    }

    private static String write(RetainedCopy held) {
        return "held vm=" + held.vm() + " host=" + held.host() + " bytes=" + held.bytes();
    }

    /** Left out where it is 0, so that older snapshots stay as they are. */
    private static String optional(String name, double value) {
        return value == 0 ? "" : " " + name + "=" + value;
    }

    private static String daily(List<Double> hours) {
        return hours.isEmpty()
                ? ""
                : " daily_cpu=" + hours.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** What the lines read so far said. */
    private static final class Parsed {
        private boolean headed;
        private @Nullable Instant at;
        private @Nullable Rules rules;
        private Economy economy = Economy.standard();
        private final HostIndex whereabouts = new HostIndex();
        private final List<Host> hosts = new ArrayList<>();
        private final List<Vm> vms = new ArrayList<>();
        private final List<InFlight> inFlight = new ArrayList<>();
        private final List<EndedMigration> ended = new ArrayList<>();
        private final List<RetainedCopy> held = new ArrayList<>();

        void take(String line, int number) {
            if (!headed) {
                TextFields.require(line.equals(HEADING), "not '" + HEADING + "'");
                headed = true;
                return;
            }
            String[] parts = line.split(" ", 2);
            TextFields.require(parts.length == 2, "no values");
            switch (parts[0]) {
                case "at" -> at = TextFields.instant("at", parts[1]);
                case "rules" -> rules = rules(new TextFields(parts[1]));
                case "economy" -> economy = EconomyText.read(new TextFields(parts[1]));
                case "host" -> hosts.add(whereabouts.take(host(new TextFields(parts[1]))));
                case "vm" -> vms.add(whereabouts.take(vm(new TextFields(parts[1])), number));
                case "in_flight" -> inFlight.add(open(new TextFields(parts[1])));
                case "held" -> held.add(held(new TextFields(parts[1])));
                case "ended" -> ended.add(ended(new TextFields(parts[1])));
                default -> throw new IllegalArgumentException("unknown '" + parts[0] + "'");
            }
        }

        ClusterSnapshot snapshot() {
            if (at == null || rules == null) {
                throw new IllegalArgumentException("no line '" + (at == null ? "at" : "rules") + "'");
            }
            whereabouts.requireOwners();
            return new ClusterSnapshot(at, rules.with(economy), hosts, vms, inFlight, ended, held);
        }

        private static Rules rules(TextFields fields) {
            return fields.only(new Rules(
                    fields.real("high"),
                    fields.real("low"),
                    fields.count("samples_n"),
                    fields.count("samples_k"),
                    fields.span("cooldown"),
                    fields.span("stale"),
                    fields.count("per_source"),
                    fields.count("per_destination")));
        }

        private static Host host(TextFields fields) {
            return fields.only(new Host(
                    new HostId(fields.text("id")),
                    fields.real("cpu_cores"),
                    fields.whole("memory_bytes"),
                    fields.whole("images_free_bytes"),
                    fields.whole("link_bytes_per_s"),
                    fields.whole("reserved_memory_bytes"),
                    fields.whole("reserved_image_bytes"),
                    SampleText.read(fields.text("samples")),
                    SnapshotLabels.read(fields.text("labels", "")),
                    fields.real("disk_bytes_per_s", 0),
                    fields.real("network_bytes_per_s", 0)));
        }

        private static Vm vm(TextFields fields) {
            return fields.only(new Vm(
                    VmId.parse(fields.text("id")),
                    fields.text("name"),
                    new HostId(fields.text("owner")),
                    fields.flag("running"),
                    fields.flag("measured"),
                    fields.real("cpu_cores"),
                    fields.whole("memory_bytes"),
                    fields.whole("resident_bytes"),
                    fields.whole("disk_bytes"),
                    fields.whole("swap_bytes"),
                    SnapshotLabels.read(fields.text("labels", "")),
                    fields.real("dirty_bytes_per_s", 0),
                    fields.real("write_bytes_per_s", 0),
                    SampleText.read(fields.text("samples", "")),
                    hours(fields.text("daily_cpu", ""))));
        }

        private static List<Double> hours(String text) {
            return text.isEmpty()
                    ? List.of()
                    : Stream.of(text.split(",", -1))
                            .map(hour -> TextFields.real("daily_cpu", hour))
                            .toList();
        }

        private static RetainedCopy held(TextFields fields) {
            return fields.only(new RetainedCopy(
                    VmId.parse(fields.text("vm")), new HostId(fields.text("host")), fields.whole("bytes")));
        }

        private static InFlight open(TextFields fields) {
            return fields.only(new InFlight(
                    MigrationId.parse(fields.text("id")),
                    VmId.parse(fields.text("vm")),
                    new HostId(fields.text("source")),
                    new HostId(fields.text("destination")),
                    MigrationState.of(fields.text("state"))));
        }

        private static EndedMigration ended(TextFields fields) {
            return fields.only(new EndedMigration(
                    VmId.parse(fields.text("vm")),
                    new HostId(fields.text("source")),
                    new HostId(fields.text("destination")),
                    MigrationState.of(fields.text("state")),
                    fields.instant("at"),
                    fields.has("started") ? fields.instant("started") : null,
                    fields.whole("bytes", 0),
                    fields.has("foreign") && fields.flag("foreign")));
        }
    }
}
