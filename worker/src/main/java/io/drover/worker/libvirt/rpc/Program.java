package io.drover.worker.libvirt.rpc;

/** The programs that libvirt's daemon speaks, of version 1 each. */
final class Program {
    static final int VERSION = 1;
    static final int REMOTE = 0x20008086;
    static final int QEMU = 0x20008087;
    static final int KEEPALIVE = 0x6b656570;

    static final int KEEPALIVE_PING = 1;
    static final int KEEPALIVE_PONG = 2;

    private Program() {}
}
