package io.drover.messages.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.drover.messages.InvalidMessageException;
import io.drover.messages.MacAddress;
import io.drover.messages.NetworkCard;
import io.drover.messages.NetworkCards;
import io.drover.messages.Samples;
import io.drover.messages.VmDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class NetworkCardsTest {
    private static final String BY_NUMBER = DroverJson.mapper().writeValueAsString(Samples.definition());

    private static String with(String cards) {
        assertThat(BY_NUMBER).contains("\"network_cards\":1,");
        return BY_NUMBER.replace("\"network_cards\":1,", "\"network_cards\":" + cards + ",");
    }

    private static VmDefinition read(String document) throws InvalidMessageException {
        ObjectNode object = DroverJson.object("definition", document);
        return DroverJson.read(object, VmDefinition.class);
    }

    /** A definition of the time when there was only the number keeps its cards and their addresses (decision 0030). */
    @Test
    void aNumberMeansTheCardsThatItMeantBefore() throws Exception {
        VmDefinition vm = read(with("2"));
        assertThat(vm.networkCards().list()).hasSize(2).allMatch(card -> card.network() == null);
        // As the version before gave them to QEMU: the last three octets of the MD5 of <id>/<card>.
        assertThat(vm.cardAddress(0)).hasToString("52:54:00:17:8f:8f");
        assertThat(vm.cardAddress(1)).hasToString("52:54:00:a7:da:3a");
        assertThat(read(with("[{},{}]"))).isEqualTo(vm);
        assertThat(DroverJson.mapper().readValue(with("2"), VmDefinition.class)).isEqualTo(vm);
    }

    /** A worker of the version before reads it still. */
    @Test
    void cardsThatANumberDescribesAreWrittenAsOne() throws Exception {
        assertThat(DroverJson.mapper().writeValueAsString(read(with("[{},{}]"))))
                .isEqualTo(with("2"));
        assertThat(DroverJson.mapper().writeValueAsString(read(with("[]")))).isEqualTo(with("0"));
    }

    @Test
    void aCardHasANetworkAndAnAddressOfItsOwn() throws Exception {
        String cards = "[{\"network\":\"lan\",\"mac\":\"52:54:00:12:34:56\"},{\"network\":\"storage\"},{}]";
        VmDefinition vm = read(with(cards.replace("12:34", "AB:34").replace("AB", "ab")));
        assertThat(read(with(cards.replace("12:34", "AB:34")))).isEqualTo(vm);
        assertThat(vm.networkCards())
                .isEqualTo(new NetworkCards(List.of(
                        new NetworkCard("lan", new MacAddress("52:54:00:ab:34:56")),
                        new NetworkCard("storage", null),
                        new NetworkCard(null, null))));
        assertThat(vm.cardAddress(0)).hasToString("52:54:00:ab:34:56");
        assertThat(vm.cardAddress(1)).isEqualTo(read(with("2")).cardAddress(1));
        assertThat(DroverJson.mapper().writeValueAsString(vm)).isEqualTo(with(cards.replace("12:34", "ab:34")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | network_cards: 5 is not between 0 and 4",
                "-1 | network_cards: -1 is not between 0 and 4",
                "1.5 | network_cards: must be a list, is 1.5",
                "\"1\" | network_cards: must be a list, is the text '1'",
                "{} | network_cards: must be a list, is an object",
                "[{},{},{},{},{}] | network_cards: 5 is not between 0 and 4",
                "[1] | network_cards: must be an object, is 1",
                "[{\"bridge\":\"br0\"}] | network_cards.bridge: unknown field; known are mac, network",
                "[{\"network\":\"br 0\"}] | network_cards: network: 'br 0' must be at most 63 lower-case letters, digits and dashes",
                "[{\"mac\":\"52-54-00-12-34-56\"}] | network_cards.mac: '52-54-00-12-34-56' is not an address such as 52:54:00:12:34:56",
                "[{\"mac\":\"53:54:00:12:34:56\"}] | network_cards.mac: 53:54:00:12:34:56 is not a card's own: the first octet must be even, for example 52",
                "[{\"mac\":\"00:00:00:00:00:00\"}] | network_cards.mac: 00:00:00:00:00:00 is not a card's own: the first octet must be even, for example 52",
                "[{\"mac\":\"52:54:00:00:00:01\"},{\"mac\":\"52:54:00:00:00:01\"}] | network_cards: mac 52:54:00:00:00:01 stands twice",
                "[{},{\"mac\":\"52:54:00:17:8f:8f\"}] | network_cards: mac 52:54:00:17:8f:8f stands twice",
            })
    void whatIsWrongIsSaidInPlainWords(String cards, String told) {
        assertThatThrownBy(() -> read(with(cards)))
                .isInstanceOf(InvalidMessageException.class)
                .hasMessage(told);
    }
}
