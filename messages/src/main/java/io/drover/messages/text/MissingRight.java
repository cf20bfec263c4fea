package io.drover.messages.text;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Locale;

/** What keeps this process from a file: the user it runs as, and the owner and mode of what stands in the way. */
final class MissingRight {
    static final String USER = System.getProperty("user.name");

    private static final int MODE_BITS = 0xFFF;

    private MissingRight() {}

    /** For example {@code permission denied for user drover: /srv/images belongs to root:root, mode 0755}. */
    static String of(Path file, AccessDeniedException refused) {
        String text = "permission denied for user " + USER;
        Path keeper = keeper(file.toAbsolutePath(), refused.getOtherFile() != null);
        try {
            var attributes = Files.readAttributes(keeper, PosixFileAttributes.class);
            int mode = (int) Files.getAttribute(keeper, "unix:mode") & MODE_BITS;
            String owners =
                    attributes.owner().getName() + ":" + attributes.group().getName();
            return String.format(Locale.ROOT, "%s: %s belongs to %s, mode %04o", text, keeper, owners, mode);
        } catch (IOException | UnsupportedOperationException e) {
            // Gone meanwhile, or a file system without owners: what is known is said.
            return text;
        }
    }

    /**
     * The first folder on the way that may not be entered; else the file, where it may not be both read and written;
     * else its folder, in which nothing may be made, renamed or deleted.
     *
     * @param moved whether the file was to get another name, which its own mode has no say in
     */
    private static Path keeper(Path file, boolean moved) {
        Path folder = file.getParent();
        if (folder == null) {
            return file;
        }
        Path way = file.getRoot();
        for (Path name : folder) {
            Path next = way.resolve(name);
            if (!Files.exists(next)) {
                return way;
            }
            if (!Files.isExecutable(next)) {
                return next;
            }
            way = next;
        }
        boolean itself = !moved && Files.exists(file) && !(Files.isReadable(file) && Files.isWritable(file));
        return itself || Files.isDirectory(file) ? file : folder;
    }
}
