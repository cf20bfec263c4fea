package io.drover.worker.image;

import io.drover.messages.MigrationId;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image that its VM left behind: {@code <image>.retired-<migration>}. The name proves nothing: another VM
 * may have had an image of the same name.
 */
public record RetiredImage(String image, MigrationId migration) {
    private static final Pattern NAME = Pattern.compile("(.*)\\.retired-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})");

    /** Empty when the name is not that of a retired image. */
    public static Optional<RetiredImage> parse(String name) {
        Matcher matcher = NAME.matcher(name);
        return matcher.matches()
                ? Optional.of(new RetiredImage(matcher.group(1), new MigrationId(UUID.fromString(matcher.group(2)))))
                : Optional.empty();
    }

    /** The file's name. */
    public String name() {
        return image + ".retired-" + migration;
    }
}
