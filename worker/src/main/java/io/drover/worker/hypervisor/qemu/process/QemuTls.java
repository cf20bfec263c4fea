package io.drover.worker.hypervisor.qemu.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * What one kind of stream needs of QEMU to travel over TLS: credentials, and at the receiving end a list of who may send
 * (qapi/crypto.json and qapi/authz.json of QEMU 7.2). Beginning again replaces what an earlier worker left, so that
 * renewed certificates are read.
 */
public final class QemuTls {
    private static final String PRIORITY = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

    private final QemuMonitor monitor;
    private final String credentials;
    private final String authorization;

    /** @param stream a word that keeps the objects of several streams apart */
    public QemuTls(QemuMonitor monitor, String stream) {
        this.monitor = monitor;
        this.credentials = "drover-" + stream + "-tls";
        this.authorization = "drover-" + stream + "-authz";
    }

    /** The name of the credentials' object. */
    public String credentials() {
        return credentials;
    }

    /** The name of the list of who may send. */
    public String authorization() {
        return authorization;
    }

    /** Credentials for the end that sends. */
    public void send(Path folder) throws IOException, InterruptedException {
        end();
        addCredentials(folder, "client");
    }

    /**
     * Credentials for the end that receives.
     *
     * @param source the only host that may send; any other host of the fleet has a good certificate too
     */
    public void receive(Path folder, String source) throws IOException, InterruptedException {
        end();
        addCredentials(folder, "server");
        var rule = Map.of("match", "CN=" + source, "policy", "allow", "format", "exact");
        Map<String, Object> list = new HashMap<>();
        list.put("qom-type", "authz-list");
        list.put("id", authorization);
        list.put("policy", "deny");
        list.put("rules", List.of(rule));
        monitor.execute("object-add", list);
    }

    private void addCredentials(Path folder, String endpoint) throws IOException, InterruptedException {
        Map<String, Object> object = new HashMap<>();
        object.put("qom-type", "tls-creds-x509");
        object.put("id", credentials);
        object.put("dir", folder.toString());
        object.put("endpoint", endpoint);
        object.put("verify-peer", true);
        object.put("priority", PRIORITY);
        monitor.execute("object-add", object);
    }

    /** Whether {@link #receive} or {@link #send} was the last word. */
    public boolean present() throws IOException, InterruptedException {
        return present(credentials);
    }

    /** Removes both objects; harmless when there are none. Connections that use them go on. */
    public void end() throws IOException, InterruptedException {
        for (String id : List.of(authorization, credentials)) {
            if (present(id)) {
                monitor.execute("object-del", Map.of("id", id));
            }
        }
    }

    private boolean present(String id) throws IOException, InterruptedException {
        for (JsonNode object : monitor.execute("qom-list", Map.of("path", "/objects"))) {
            if (object.path("name").asString("").equals(id)) {
                return true;
            }
        }
        return false;
    }
}
