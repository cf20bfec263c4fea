package io.drover.messages;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.List;

/**
 * The network cards of a VM, 0 to 4, in the order of their slots. In JSON a list; of cards that all lead nowhere and have
 * their derived addresses, their number. Such numbers are all that earlier versions of Drover wrote and read, so these
 * definitions mean what they meant, in both directions (decision 0047).
 */
public record NetworkCards(List<NetworkCard> list) {
    private static final int MAX = 4;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public NetworkCards {
        requireFew(list.size());
        list = List.copyOf(list);
    }

    /** Cards that lead nowhere. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static NetworkCards plain(int count) {
        requireFew(count);
        return new NetworkCards(Collections.nCopies(count, NetworkCard.PLAIN));
    }

    @JsonValue
    Object written() {
        return list.stream().allMatch(NetworkCard.PLAIN::equals) ? list.size() : list;
    }

    private static void requireFew(int count) {
        if (count < 0 || count > MAX) {
            throw new IllegalArgumentException("network_cards: " + count + " is not between 0 and " + MAX);
        }
    }
}
