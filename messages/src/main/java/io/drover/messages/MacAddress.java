package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** The address of a network card: one of a single station (IEEE 802, the group bit is 0), in lower case with colons. */
public record MacAddress(@JsonValue String value) {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}");
    private static final String NONE = "00:00:00:00:00:00";

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public MacAddress {
        String given = value;
        value = value.toLowerCase(Locale.ROOT);
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "mac: '" + Shown.text(given) + "' is not an address such as 52:54:00:12:34:56");
        }
        if (value.equals(NONE) || Integer.parseInt(value.substring(0, 2), 16) % 2 == 1) {
            throw new IllegalArgumentException(
                    "mac: " + value + " is not a card's own: the first octet must be even, for example 52");
        }
    }

    /** Below QEMU's prefix; the same for the same card of the same VM everywhere. */
    static MacAddress derived(VmId vm, int card) {
        UUID digest = UUID.nameUUIDFromBytes((vm + "/" + card).getBytes(StandardCharsets.UTF_8));
        long bits = digest.getLeastSignificantBits();
        return new MacAddress("52:54:00:%02x:%02x:%02x".formatted(bits >> 16 & 0xff, bits >> 8 & 0xff, bits & 0xff));
    }

    @Override
    public String toString() {
        return value;
    }
}
