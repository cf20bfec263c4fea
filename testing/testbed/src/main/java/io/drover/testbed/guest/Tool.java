package io.drover.testbed.guest;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The programs the testbed calls, each with the Debian packages that bring it. */
enum Tool {
    BUSYBOX("busybox", "busybox-static"),
    CP("cp", "coreutils"),
    DEBUGFS("debugfs", "e2fsprogs"),
    E2FSCK("e2fsck", "e2fsprogs"),
    GCC("gcc", "gcc libc6-dev"),
    MKFS_EXT4("mkfs.ext4", "e2fsprogs"),
    MKSWAP("mkswap", "util-linux"),
    QEMU("qemu-system-x86_64", "qemu-system-x86");

    private final String program;
    private final String debianPackages;

    Tool(String program, String debianPackages) {
        this.program = program;
        this.debianPackages = debianPackages;
    }

    /** Where it stands; the folders of system programs are searched as well, for they are not on everybody's PATH. */
    Path find() throws MissingToolException {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin:/usr/bin:/bin";
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new MissingToolException(program, debianPackages));
    }

    /** Runs it and returns what it said; {@link IOException} with that text when it fails. */
    String run(Duration limit, Object... arguments) throws IOException, InterruptedException {
        CommandResult result = tryRun(limit, arguments);
        if (result.exitCode() != 0) {
            throw new IOException(program + " failed (exit " + result.exitCode() + "): "
                    + result.output().strip() + hint(result.output()));
        }
        return result.output();
    }

    /** Runs it and returns what it said and how it ended. */
    CommandResult tryRun(Duration limit, Object... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(find().toString()));
        Stream.of(arguments).map(Object::toString).forEach(command::add);
        return CommandResult.of(command, limit);
    }

    /** gcc without libc's static archive and headers is there and of no use. */
    private String hint(String output) {
        boolean noLibrary = output.contains("cannot find -lc") || output.contains("No such file or directory");
        return this == GCC && noLibrary ? "; install the C library with: apt-get install libc6-dev" : "";
    }
}
