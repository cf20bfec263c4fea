package io.drover.messages.amqp;

import java.io.IOException;

/** Something that lives on a connection: a publisher, a consumer. The supervisor attaches it to each new session. */
public interface BrokerPart {
    /** Declares and opens what it needs; anything thrown ends the session, which is then opened anew. */
    void attach(BrokerSession session) throws IOException;

    /** The session is over; its channels are closed or will be. Must not block. Comes after a failed attach as well. */
    void detach();
}
