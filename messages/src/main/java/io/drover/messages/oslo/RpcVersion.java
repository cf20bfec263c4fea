package io.drover.messages.oslo;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.text.Shown;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version {@code major.minor} and the rule of oslo.messaging for who may talk to whom. */
record RpcVersion(int major, int minor) {
    private static final Pattern SHAPE = Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\..*)?");

    static RpcVersion parse(String field, String text) throws InvalidMessageException {
        Matcher matcher = SHAPE.matcher(text);
        if (!matcher.matches()) {
            throw new InvalidMessageException(field, "'" + Shown.text(text) + "' is not a version such as 1.0");
        }
        String minor = matcher.group(2);
        return new RpcVersion(Integer.parseInt(matcher.group(1)), minor == null ? 0 : Integer.parseInt(minor));
    }

    /**
     * Whether one who implements this version understands the wanted one ({@code _utils.py: version_is_compatible}).
     */
    boolean serves(RpcVersion wanted) {
        return major == wanted.major && wanted.minor <= minor;
    }
}
