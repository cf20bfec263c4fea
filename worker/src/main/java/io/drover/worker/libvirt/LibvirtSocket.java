package io.drover.worker.libvirt;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the socket of the daemon that runs QEMU's guests, and explains why it cannot be used. */
public final class LibvirtSocket {
    /** The daemon of QEMU alone comes first: beside it a {@code libvirtd} is an old one, or virtproxyd. */
    private static final List<String> NAMES = List.of("virtqemud-sock", "libvirt-sock");

    private static final String USER = System.getProperty("user.name");
    private static final String START =
            "'systemctl enable --now virtqemud.socket', or libvirtd.socket where one daemon "
                    + "does everything (Debian)";

    private LibvirtSocket() {}

    /**
     * The socket in a folder, which is {@code /run/libvirt} unless somebody changed it.
     *
     * @throws LibvirtUnavailableException there is none, or this user may not look
     */
    public static Path find(Path folder) throws IOException {
        for (String name : NAMES) {
            Path socket = folder.resolve(name);
            try {
                Files.readAttributes(socket, PosixFileAttributes.class);
                return socket;
            } catch (NoSuchFileException e) {
                // The next one.
            } catch (AccessDeniedException e) {
                throw new LibvirtUnavailableException(
                        "user " + USER + " may not look for libvirt's socket in " + folder + describe(folder) + ": "
                                + joinGroup(folder),
                        e);
            }
        }
        throw new LibvirtUnavailableException("libvirt is not there: neither " + String.join(" nor ", NAMES) + " is in "
                + folder + "; install it, and start it with " + START);
    }

    /** Why nobody answers at the socket. */
    static LibvirtUnavailableException explain(Path socket, IOException cause) {
        if (!Files.exists(socket)) {
            return new LibvirtUnavailableException(
                    "libvirt is not there: " + socket + " does not exist; start it with " + START, cause);
        }
        // Also where this user could write to it and AppArmor or SELinux forbids it.
        if (!Files.isWritable(socket) || "Permission denied".equals(cause.getMessage())) {
            return new LibvirtUnavailableException(
                    "user " + USER + " may not use libvirt's socket " + socket + describe(socket) + ": "
                            + joinGroup(socket),
                    cause);
        }
        return new LibvirtUnavailableException(
                "nobody answers at libvirt's socket " + socket + ", which was left behind; start libvirt with " + START,
                cause);
    }

    /** The daemon asked polkit, which refused, or whom nobody could ask. */
    static LibvirtUnavailableException denied(Path socket, String words) {
        return new LibvirtUnavailableException(
                "libvirt's daemon at " + socket + " does not let user " + USER
                        + " manage guests (polkit: " + words + "): " + joinGroup("libvirt")
                        + ", which Debian's polkit rule "
                        + "lets in, or set auth_unix_rw = \"none\" in the daemon's configuration and give the socket to the group");
    }

    private static String joinGroup(Path file) {
        PosixFileAttributes attributes = attributes(file);
        // Nobody should join the group root for this.
        if (attributes == null || attributes.group().getName().equals("root")) {
            return joinGroup("libvirt");
        }
        return joinGroup(attributes.group().getName());
    }

    private static String joinGroup(String group) {
        return "add it to the group with 'usermod -aG " + group + " " + USER + "' and start the worker again";
    }

    private static String describe(Path file) {
        PosixFileAttributes attributes = attributes(file);
        return attributes == null
                ? ""
                : " (owner " + attributes.owner().getName() + ", group "
                        + attributes.group().getName() + ", mode "
                        + PosixFilePermissions.toString(attributes.permissions()) + ")";
    }

    private static @Nullable PosixFileAttributes attributes(Path file) {
        try {
            return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            return null;
        }
    }
}
