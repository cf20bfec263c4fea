package io.drover.messages.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RejectedDeliveryTest {
    @Test
    void keepsOnlyWhatADatabaseCanHold() {
        byte[] body = new byte[100_000];
        body[0] = 'a';
        body[2] = (byte) 0xff;
        RejectedDelivery rejected = RejectedDelivery.of("q", null, "bad \0 byte", body);
        assertThat(rejected.body()).startsWith("a\uFFFD\uFFFD").doesNotContain("\0");
        assertThat(rejected.body().length()).isEqualTo(RejectedDelivery.BODY_BYTES_MAX);
        assertThat(rejected.reason()).isEqualTo("bad \uFFFD byte");
    }
}
