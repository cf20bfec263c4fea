package io.drover.testbed.guest;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Builds the guests' first and only file system: busybox, the kernel's modules and the witness. Needs no root. */
final class Initramfs {
    private static final String INIT = "init";
    private static final List<String> C_SOURCES =
            List.of("witness.h", "witness.c", "shared.c", "disk.c", "memory.c", "heartbeat.c", "stream.c");
    private static final List<String> APPLETS = List.of(
            "base64",
            "cat",
            "dmesg",
            "ifconfig",
            "insmod",
            "mount",
            "poweroff",
            "sh",
            "sleep",
            "swapon",
            "sync",
            "tail",
            "umount");
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private Initramfs() {}

    /** The archive in the cache; made again whenever a source, the busybox or the kernel is another. */
    static Path build(Checkout checkout, GuestKernel kernel) throws IOException, InterruptedException {
        Map<String, byte[]> sources = sources();
        byte[] busybox = staticBusybox();
        var key = new Digest();
        sources.forEach((name, content) -> key.add(name).add(content));
        key.add(busybox).add(kernel.folder().getFileName().toString()).add(String.join(",", kernel.modules()));
        Path folder = checkout.cacheFolder("guest");
        Path archive = folder.resolve("initramfs-" + key.hex().substring(0, 16) + ".cpio");
        if (!Files.exists(archive)) {
            try (var work = WorkFolder.in(folder)) {
                byte[] witness = Files.readAllBytes(compile(sources, work.path()));
                write(work.resolve("archive"), sources, busybox, witness, kernel);
                work.publish("archive", archive);
            }
        }
        return archive;
    }

    /** The package busybox has the same program linked dynamically, which cannot run where there are no libraries. */
    private static byte[] staticBusybox() throws IOException {
        byte[] busybox = Files.readAllBytes(Tool.BUSYBOX.find());
        String start = new String(busybox, 0, Math.min(busybox.length, 4096), StandardCharsets.ISO_8859_1);
        if (start.contains("/ld-linux")) {
            throw new MissingToolException("a static busybox", "busybox-static");
        }
        return busybox;
    }

    private static Map<String, byte[]> sources() throws IOException {
        var sources = new LinkedHashMap<String, byte[]>();
        for (String name : Stream.concat(C_SOURCES.stream(), Stream.of(INIT)).toList()) {
            try (@Nullable InputStream in = Initramfs.class.getResourceAsStream("witness/" + name)) {
                if (in == null) {
                    throw new IOException("the testbed was built without " + name);
                }
                sources.put(name, in.readAllBytes());
            }
        }
        return sources;
    }

    private static Path compile(Map<String, byte[]> sources, Path work) throws IOException, InterruptedException {
        Path witness = work.resolve("witness");
        List<Object> arguments =
                new ArrayList<>(List.of("-std=gnu11", "-static", "-pthread", "-O2", "-Wall", "-Wextra", "-o", witness));
        for (String name : C_SOURCES) {
            Path file = Files.write(work.resolve(name), sources.getOrDefault(name, new byte[0]));
            if (name.endsWith(".c")) {
                arguments.add(file);
            }
        }
        Tool.GCC.run(LIMIT, arguments.toArray());
        return witness;
    }

    /** Uncompressed: an emulated processor takes longer to unpack than to load. */
    private static void write(
            Path target, Map<String, byte[]> sources, byte[] busybox, byte[] witness, GuestKernel kernel)
            throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target));
                var archive = new NewcArchive(out)) {
            for (String folder : List.of("bin", "proc", "sys", "dev", "data", "modules")) {
                archive.folder(folder);
            }
            archive.characterDevice("dev/console", 5, 1);
            archive.file("init", sources.getOrDefault(INIT, new byte[0]), true);
            archive.file("bin/busybox", busybox, true);
            archive.file("bin/witness", witness, true);
            for (String applet : APPLETS) {
                archive.symlink("bin/" + applet, "busybox");
            }
            addModules(archive, kernel);
        }
    }

    private static void addModules(NewcArchive archive, GuestKernel kernel) throws IOException {
        String order = String.join("\n", kernel.modules()) + "\n";
        archive.file("modules/order", order.getBytes(StandardCharsets.UTF_8), false);
        for (String module : kernel.modules()) {
            archive.file("modules/" + module + ".ko", Files.readAllBytes(kernel.module(module)), false);
        }
    }
}
