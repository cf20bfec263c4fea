package io.drover.worker.hypervisor.libvirt.domain.obstacle;

import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.domain.DomainInterface;
import io.drover.worker.hypervisor.libvirt.domain.obstacle.MoveObstacle.Cause;
import java.util.List;

/** What keeps network cards from working at the destination. Bridges, networks and devices are a matter of the maps. */
final class InterfaceObstacles {
    private static final String REPLACE = "replace it by a card on a bridge or a network";

    private final ObstacleList obstacles;

    InterfaceObstacles(ObstacleList obstacles) {
        this.obstacles = obstacles;
    }

    void check(List<DomainInterface> cards) {
        for (DomainInterface card : cards) {
            String name = "interface " + card.mac();
            kind(card, name);
            if (card.filter() != null) {
                obstacles.warn(
                        Cause.NETWORK_FILTER,
                        name,
                        "has the network filter " + Shown.text(card.filter()),
                        "define the same filter at the destination (virsh nwfilter-define)");
            }
        }
    }

    private void kind(DomainInterface card, String name) {
        switch (card.kind()) {
            case BRIDGE, NETWORK, DIRECT, USER -> {
                // Move: to what the map names, or with QEMU.
            }
            case HOSTDEV -> hostDevice(card, name);
            case VHOSTUSER ->
                obstacles.forbid(Cause.INTERFACE_KIND, name, "is served by another process (vhost-user)", REPLACE);
            case VDPA -> obstacles.forbid(Cause.INTERFACE_KIND, name, "is a vDPA device of this host", REPLACE);
            case UNKNOWN ->
                obstacles.forbid(Cause.INTERFACE_KIND, name, "is of a type that Drover does not know", REPLACE);
            case ETHERNET ->
                obstacles.warn(
                        Cause.INTERFACE_PEER,
                        name,
                        "is a tap device that something else than libvirt connects",
                        "see that this is done at the destination too");
            case SOCKET ->
                obstacles.warn(
                        Cause.INTERFACE_PEER,
                        name,
                        "is a socket to other QEMUs",
                        "see that its address is right at the destination too");
        }
    }

    private void hostDevice(DomainInterface card, String name) {
        if (card.transientTeam()) {
            obstacles.warn(
                    Cause.INTERFACE_PEER,
                    name,
                    "is a device of this host (SR-IOV), which QEMU unplugs for the move",
                    "have a device at the same address of the destination");
        } else {
            obstacles.forbid(
                    Cause.INTERFACE_KIND,
                    name,
                    "is a device of this host (SR-IOV)",
                    "team it with a virtio card (<teaming>), or " + REPLACE);
        }
    }
}
