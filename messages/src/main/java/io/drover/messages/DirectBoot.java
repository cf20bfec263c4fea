package io.drover.messages;

/**
 * A kernel started without a boot loader; the files must stand at the same absolute path on every host.
 *
 * @param commandLine the kernel's command line
 */
public record DirectBoot(String kernel, String initrd, String commandLine) {
    /** What QEMU and Linux take of an x86 kernel's command line. */
    private static final int COMMAND_LINE_MAX = 2047;

    private static final int PATH_MAX = 4095;

    public DirectBoot {
        require(
                kernel.length() <= PATH_MAX && initrd.length() <= PATH_MAX,
                "kernel and initrd have at most " + PATH_MAX + " characters");
        require(
                commandLine.length() <= COMMAND_LINE_MAX,
                "command_line has at most " + COMMAND_LINE_MAX + " characters");
        require(
                (kernel + initrd + commandLine).chars().noneMatch(Character::isISOControl),
                "kernel, initrd or command_line holds a control character or a line end");
        require(kernel.startsWith("/") && initrd.startsWith("/"), "kernel and initrd must be absolute paths");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException("boot: " + message);
        }
    }
}
