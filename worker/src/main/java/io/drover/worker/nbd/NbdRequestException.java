package io.drover.worker.nbd;

import java.io.IOException;

/** The server refused one request; the connection goes on. During the handshake: it refused the export or an option. */
public final class NbdRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    NbdRequestException(String what, int code, String message) {
        super(what + ": " + errorName(code) + (message.isEmpty() ? "" : " (" + message + ")"));
    }

    private static String errorName(int code) {
        return switch (code) {
            case 1 -> "EPERM";
            case 5 -> "EIO";
            case 12 -> "ENOMEM";
            case 22 -> "EINVAL";
            case 28 -> "ENOSPC";
            case 75 -> "EOVERFLOW";
            case 95 -> "ENOTSUP";
            case 108 -> "ESHUTDOWN";
            case NbdProtocol.REP_ERR_UNSUP -> "option not supported";
            case NbdProtocol.REP_ERR_POLICY -> "forbidden by the server";
            case NbdProtocol.REP_ERR_UNKNOWN -> "no such export";
            default -> "error 0x" + Integer.toHexString(code);
        };
    }
}
