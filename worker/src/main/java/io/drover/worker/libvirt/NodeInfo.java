package io.drover.worker.libvirt;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;

/**
 * The host as libvirt sees it ({@code virNodeInfo}).
 *
 * @param model of its processors, for example {@code x86_64}
 * @param processors that are online
 */
public record NodeInfo(
        String model, long memoryKib, int processors, int mhz, int nodes, int sockets, int cores, int threads) {
    private static final int MODEL_CHARS = 32;

    static NodeInfo read(XdrReader from) throws XdrException {
        var model = new StringBuilder();
        for (int i = 0; i < MODEL_CHARS; i++) {
            model.append((char) (from.int32() & 0xff));
        }
        int end = model.indexOf("\0");
        return new NodeInfo(
                end < 0 ? model.toString() : model.substring(0, end),
                from.int64(),
                from.int32(),
                from.int32(),
                from.int32(),
                from.int32(),
                from.int32(),
                from.int32());
    }
}
