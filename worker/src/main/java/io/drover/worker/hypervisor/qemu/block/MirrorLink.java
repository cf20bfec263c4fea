package io.drover.worker.hypervisor.qemu.block;

import io.drover.worker.hypervisor.qemu.process.LoopbackAddress;
import io.drover.worker.hypervisor.qemu.process.QemuMonitor;
import io.drover.worker.hypervisor.qemu.process.QemuTls;
import io.drover.worker.pki.Encryption;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The source's connections to mirrors' targets, encrypted as this host demands. All mirrors share the credentials. */
final class MirrorLink {
    private final Encryption encryption;
    private final QemuTls tls;

    MirrorLink(QemuMonitor monitor, Encryption encryption) {
        this.encryption = encryption;
        this.tls = new QemuTls(monitor, "mirror");
    }

    /** One target's link. */
    final class Target {
        private final MirrorTarget target;

        private Target(MirrorTarget target) {
            this.target = target;
        }

        /** What {@code blockdev-add} of an NBD node must be told of where to connect; the credentials are there then. */
        Map<String, Object> options() throws IOException, InterruptedException {
            Map<String, Object> options = new HashMap<>();
            String port = Integer.toString(target.address().port());
            options.put(
                    "server", Map.of("type", "inet", "host", target.address().host(), "port", port));
            options.put("export", target.export());
            switch (encryption) {
                case Encryption.Tls own -> {
                    if (!tls.present()) {
                        tls.send(own.certificates().folder());
                    }
                    options.put("tls-creds", tls.credentials());
                    options.put("tls-hostname", target.certified().orElseThrow());
                }
                case Encryption.Off _ -> {}
            }
            return options;
        }
    }

    /** Refuses ({@link IllegalArgumentException}) a target that is not as safe as this host demands. */
    Target to(MirrorTarget target) {
        LoopbackAddress.check(target.address().host(), encryption);
        boolean encrypt = encryption instanceof Encryption.Tls;
        if (encrypt != target.certified().isPresent()) {
            throw new IllegalArgumentException("mirror target " + target + " is "
                    + (encrypt ? "not encrypted, as is demanded here" : "encrypted, and there is no certificate here"));
        }
        return new Target(target);
    }

    void end() throws IOException, InterruptedException {
        tls.end();
    }
}
