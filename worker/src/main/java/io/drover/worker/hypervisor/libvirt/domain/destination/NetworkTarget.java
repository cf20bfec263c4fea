package io.drover.worker.hypervisor.libvirt.domain.destination;

/**
 * What a network card is connected to at the destination.
 *
 * @param name of a bridge or device of the host, or of a network of libvirt
 */
record NetworkTarget(Kind kind, String name) {
    enum Kind {
        /** A bridge, or for a macvtap card the device below it. */
        BRIDGE,
        NETWORK
    }
}
