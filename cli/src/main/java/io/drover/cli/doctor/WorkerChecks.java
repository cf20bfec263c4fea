package io.drover.cli.doctor;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.fleet.PeerClocksCheck;
import io.drover.cli.doctor.fleet.PeerRound;
import io.drover.cli.doctor.fleet.PeersReachedCheck;
import io.drover.cli.doctor.fleet.ReachedByPeersCheck;
import io.drover.cli.doctor.fleet.VersionsCheck;
import io.drover.cli.doctor.host.AccelerationCheck;
import io.drover.cli.doctor.host.AccountCheck;
import io.drover.cli.doctor.host.AddressCheck;
import io.drover.cli.doctor.host.CertificateFilesCheck;
import io.drover.cli.doctor.host.FoldersCheck;
import io.drover.cli.doctor.host.HostCertificateCheck;
import io.drover.cli.doctor.host.HypervisorCheck;
import io.drover.cli.doctor.host.HypervisorProbe;
import io.drover.cli.doctor.host.NetworksCheck;
import io.drover.cli.doctor.host.SpaceCheck;
import io.drover.cli.doctor.host.UnitCheck;
import io.drover.cli.doctor.service.BrokerCheck;
import io.drover.cli.doctor.service.DatabaseCheck;
import io.drover.cli.doctor.service.DatabaseClockCheck;
import io.drover.cli.doctor.service.DatabaseRightsCheck;
import io.drover.cli.doctor.service.SchemaCheck;
import io.drover.messages.HostId;
import io.drover.messages.time.Clock;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.worker.WorkerConfig;
import io.drover.worker.WorkerConfig.Encrypt;
import io.drover.worker.WorkerConfig.Folders;
import io.drover.worker.hypervisor.qemu.QemuSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The checks of a worker, in the order in which they are told. */
final class WorkerChecks {
    private static final String UNIT = "drover-worker.service";

    private WorkerChecks() {}

    static List<DoctorCheck> of(WorkerConfig config, DatabaseInspection database, Clock clock) {
        HostId host = config.host();
        Folders folders = config.folders();
        var hypervisor = new HypervisorProbe(config, clock);
        var peers = new PeerRound(config, database, clock);
        var checks = new ArrayList<DoctorCheck>();
        checks.add(AccountCheck.ofThisProcess());
        checks.add(new AddressCheck(host, config.peer().address()));
        if (config.peer().encryption() == Encrypt.TLS) {
            checks.add(new HostCertificateCheck(config.peer().pki(), host, clock));
        }
        List<Path> files =
                NamedCertificates.of(config.broker(), config.database().jdbcUrl());
        if (!files.isEmpty()) {
            checks.add(new CertificateFilesCheck(files, clock));
        }
        checks.add(new FoldersCheck(folders));
        checks.add(new SpaceCheck(folders, config.capacity().imagesReserveBytes()));
        List<Path> written = List.of(folders.state(), folders.run(), folders.images());
        checks.add(new UnitCheck("systemctl", UNIT, written, guests(config)));
        checks.add(new HypervisorCheck(hypervisor, List.of("qemu-img", "qemu-nbd")));
        checks.add(new AccelerationCheck(hypervisor, isEmulated(config), Path.of("/dev/kvm")));
        if (config.hypervisor() instanceof QemuSettings qemu) {
            checks.add(new NetworksCheck(qemu.networks(), qemu.unit() != null, NetworksCheck.Tools.DEBIAN));
        }
        checks.add(new DatabaseCheck(database, config.database().jdbcUrl()));
        checks.add(new DatabaseRightsCheck(database, host));
        checks.add(new SchemaCheck(database));
        checks.add(new DatabaseClockCheck(database, clock));
        checks.add(new BrokerCheck(config.broker(), host));
        checks.add(new PeersReachedCheck(peers));
        checks.add(new ReachedByPeersCheck(peers, config.peer().port()));
        checks.add(new PeerClocksCheck(peers));
        checks.add(new VersionsCheck(() -> database.peers().stream()
                .filter(peer -> !peer.host().equals(host))
                .map(peer -> VersionsCheck.Told.ofWorker(peer.host(), peer.droverVersion()))
                .toList()));
        return checks;
    }

    private static @Nullable String guests(WorkerConfig config) {
        return config.hypervisor() instanceof QemuSettings qemu && qemu.unit() != null
                ? qemu.unit().template()
                : null;
    }

    private static boolean isEmulated(WorkerConfig config) {
        return config.hypervisor() instanceof QemuSettings qemu
                && qemu.accelerator().equals("tcg");
    }
}
