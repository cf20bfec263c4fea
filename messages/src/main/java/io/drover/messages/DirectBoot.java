package io.drover.messages;

/**
 * A kernel started without a boot loader; the files must stand at the same absolute path on every host.
 *
 * @param commandLine the kernel's command line
 */
public record DirectBoot(String kernel, String initrd, String commandLine) {
    public DirectBoot {
        if (!kernel.startsWith("/") || !initrd.startsWith("/")) {
            throw new IllegalArgumentException("boot: kernel and initrd must be absolute paths");
        }
    }
}
