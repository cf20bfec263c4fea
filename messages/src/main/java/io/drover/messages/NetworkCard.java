package io.drover.messages;

import io.drover.messages.text.Shown;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One network card of a VM.
 *
 * @param network the fleet's name of the network that it is on, which each host maps to a bridge; null: it leads nowhere
 * @param mac null: derived from the VM's id and the card's place ({@link VmDefinition#cardAddress})
 */
public record NetworkCard(
        @Nullable String network, @Nullable MacAddress mac) {
    /** Leads nowhere. */
    static final NetworkCard PLAIN = new NetworkCard(null, null);

    private static final Pattern NETWORK = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    public NetworkCard {
        if (network != null && !isNetwork(network)) {
            throw new IllegalArgumentException(
                    "network: '" + Shown.text(network) + "' must be at most 63 lower-case letters, digits and dashes");
        }
    }

    /** Whether a network may be called so. */
    public static boolean isNetwork(String text) {
        return NETWORK.matcher(text).matches();
    }
}
