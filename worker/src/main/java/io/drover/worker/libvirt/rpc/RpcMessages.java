package io.drover.worker.libvirt.rpc;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/** Takes what the daemon says unasked: its events. */
@FunctionalInterface
public interface RpcMessages {
    /**
     * Runs in the thread that reads the connection: must return at once, and not call libvirt.
     *
     * @param number of the remote program
     * @throws XdrException malformed; the connection is closed
     */
    void take(int number, XdrReader payload) throws XdrException;
}
