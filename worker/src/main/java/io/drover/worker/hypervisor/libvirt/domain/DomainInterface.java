package io.drover.worker.hypervisor.libvirt.domain;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network card of a domain.
 *
 * @param mac what operators call it by; empty where the XML has none
 * @param source name of the bridge, of libvirt's network or of the host's device; path of a vhost-user socket; null: none
 * @param portgroup of a network
 * @param virtualPort such as {@code openvswitch}; null: none
 * @param virtualPortParameters such as {@code interfaceid}
 * @param target name of the host's device; libvirt chooses {@code vnetN} anew at each start
 * @param filter of libvirt's network filters; null: none
 * @param transientTeam whether QEMU unplugs it for a migration, because another card of the guest takes over
 */
public record DomainInterface(
        Kind kind,
        String mac,
        @Nullable String alias,
        @Nullable String source,
        @Nullable String portgroup,
        @Nullable String virtualPort,
        Map<String, String> virtualPortParameters,
        @Nullable String model,
        @Nullable String target,
        @Nullable String filter,
        boolean transientTeam) {
    public DomainInterface {
        virtualPortParameters = Map.copyOf(virtualPortParameters);
    }

    /** Where a card leads. */
    public enum Kind {
        BRIDGE,
        NETWORK,
        /** Macvtap: on top of a device of the host. */
        DIRECT,
        HOSTDEV,
        VHOSTUSER,
        VDPA,
        /** Of QEMU alone: user-mode networking, or nowhere. */
        USER,
        /** A tap device that something else connects. */
        ETHERNET,
        /** A socket between QEMUs: mcast, udp, server, client. */
        SOCKET,
        /** A type that this version does not know. */
        UNKNOWN;

        static Kind of(String type) {
            return switch (type) {
                case "bridge" -> BRIDGE;
                case "network" -> NETWORK;
                case "direct" -> DIRECT;
                case "hostdev" -> HOSTDEV;
                case "vhostuser" -> VHOSTUSER;
                case "vdpa" -> VDPA;
                case "user", "null" -> USER;
                case "ethernet" -> ETHERNET;
                case "mcast", "udp", "server", "client" -> SOCKET;
                default -> UNKNOWN;
            };
        }
    }
}
