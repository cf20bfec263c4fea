package io.drover.demo;

import io.drover.messages.HostId;
import io.drover.messages.VmDefinition;
import io.drover.testbed.evidence.ConsoleRecorder;
import io.drover.testbed.evidence.ConsoleRecording;
import io.drover.testbed.guest.Manifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A guest of the demo with the recorders of its consoles, one for each QEMU process that ran it or was to run it. */
final class DemoGuest {
    private final VmDefinition definition;
    private final Manifest manifest;
    private final HostId home;
    private final Map<HostId, ConsoleRecorder> consoles = new LinkedHashMap<>();

    DemoGuest(VmDefinition definition, Manifest manifest, HostId home) {
        this.definition = definition;
        this.manifest = manifest;
        this.home = home;
    }

    VmDefinition definition() {
        return definition;
    }

    Manifest manifest() {
        return manifest;
    }

    /** Where it is defined and first runs. */
    HostId home() {
        return home;
    }

    String name() {
        return definition.name();
    }

    void record(HostId host, ConsoleRecorder console) {
        consoles.put(host, console);
    }

    boolean recordedAt(HostId host) {
        return consoles.containsKey(host);
    }

    /** The console that sent the newest heartbeat: where the guest runs. */
    Optional<ConsoleRecorder> running() {
        ConsoleRecorder newest = null;
        long number = 0;
        for (ConsoleRecorder console : consoles.values()) {
            var last = console.lastHeartbeat();
            if (last.isPresent() && last.get().number() > number) {
                number = last.get().number();
                newest = console;
            }
        }
        return Optional.ofNullable(newest);
    }

    long heartbeats() {
        return running()
                .flatMap(ConsoleRecorder::lastHeartbeat)
                .map(last -> last.number())
                .orElse(0L);
    }

    /** In the order in which the guest came to the hosts. */
    List<ConsoleRecording> recordings() {
        List<ConsoleRecording> recordings = new ArrayList<>();
        consoles.values().forEach(console -> recordings.add(console.recording()));
        return recordings;
    }

    void closeConsoles() {
        consoles.values().forEach(ConsoleRecorder::close);
    }
}
