package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrItem;
import io.drover.worker.libvirt.xdr.XdrReader;
import io.drover.worker.libvirt.xdr.XdrWriter;
import java.io.IOException;
import java.time.Duration;

/**
 * A connection with a limit for each call.
 *
 * @param limit for a call and its answer
 */
public record RpcCalls(RpcConnection connection, Duration limit) {

    /** Calls a procedure; see {@link RpcConnection#call} for what it throws. */
    public <T> T ask(Procedure procedure, XdrWriter arguments, XdrItem<T> answer)
            throws IOException, InterruptedException {
        return connection.call(procedure, arguments, answer, limit);
    }

    /** Calls a procedure without arguments. */
    public <T> T ask(Procedure procedure, XdrItem<T> answer) throws IOException, InterruptedException {
        return ask(procedure, new XdrWriter(), answer);
    }

    /** Calls a procedure that returns nothing. */
    public void tell(Procedure procedure, XdrWriter arguments) throws IOException, InterruptedException {
        ask(procedure, arguments, (XdrReader _) -> Boolean.TRUE);
    }

    /** The same connection with another limit. */
    public RpcCalls within(Duration otherLimit) {
        return new RpcCalls(connection, otherLimit);
    }
}
