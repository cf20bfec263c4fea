package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.drover.messages.text.Shown;
import java.util.Arrays;

/** When the destination's copy is compared with the source. */
public enum Verification {
    /** After the guest runs at the destination; what it wrote there by then is left out. */
    READ_BACK("read-back"),
    /** Every block before the VM is given away, and what {@link #READ_BACK} does afterwards. */
    FULL("full");

    private final String wireName;

    Verification(String wireName) {
        this.wireName = wireName;
    }

    /** The name used in messages, in the database and on the terminal. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** {@link IllegalArgumentException} for a name that is unknown. */
    @JsonCreator
    public static Verification parse(String name) {
        return Arrays.stream(values())
                .filter(known -> known.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "verify: '" + Shown.text(name) + "' is neither read-back nor full"));
    }
}
