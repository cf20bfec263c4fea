package io.drover.worker.hypervisor.libvirt.domain.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.config.ConfigException;
import io.drover.worker.hypervisor.libvirt.domain.destination.NetworkTarget.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostMapsTest {
    @Test
    void theLongestFolderCounts() throws ConfigException {
        HostMaps maps = HostMaps.parse(
                "/var/lib/libvirt/images=/srv/images, /var/lib/libvirt/images/Büro 1/ = /srv/büro/ ,default=fast,/dev=/dev",
                "",
                "");
        assertThat(maps.image("/var/lib/libvirt/images/a.raw")).isEqualTo("/srv/images/a.raw");
        assertThat(maps.image("/var/lib/libvirt/images/x/y/a.raw")).isEqualTo("/srv/images/x/y/a.raw");
        assertThat(maps.image("/var/lib/libvirt/images/Büro 1/a.raw")).isEqualTo("/srv/büro/a.raw");
        assertThat(maps.image("/var/lib/libvirt/images/Büro 12/a.raw")).isEqualTo("/srv/images/Büro 12/a.raw");
        assertThat(maps.image("/dev/vg0/a")).isEqualTo("/dev/vg0/a");
        assertThat(maps.image("/var/lib/libvirt/images")).isNull();
        assertThat(maps.image("/var/lib/libvirt/images2/a.raw")).isNull();
        assertThat(maps.image("a.raw")).isNull();
        assertThat(maps.image("")).isNull();
        assertThat(maps.image("/var/lib/libvirt/images/../../../etc/passwd")).isNull();
        assertThat(maps.image("/var/lib/libvirt/images/a..raw")).isEqualTo("/srv/images/a..raw");
        assertThat(maps.pool("default")).isEqualTo("fast");
        assertThat(maps.pool("/dev")).isNull();
        assertThat(maps.pool("other")).isNull();
    }

    @Test
    void theRootIsAFolderToo() throws ConfigException {
        assertThat(HostMaps.parse("/=/srv", "", "").image("/a/b")).isEqualTo("/srv/a/b");
        assertThat(HostMaps.parse("/srv=/", "", "").image("/srv/a/b")).isEqualTo("/a/b");
        assertThat(HostMaps.parse("/=/", "", "").image("/a/b")).isEqualTo("/a/b");
    }

    @Test
    void bridgesAndNetworksLeadToEither() throws ConfigException {
        HostMaps maps = HostMaps.parse(
                "", "br0=br1, eth0 = eth1, br-ex=network:Büro lan", "default=default, lan=bridge:br0, odd=network:odd");
        assertThat(maps.bridge("br0")).isEqualTo(new NetworkTarget(Kind.BRIDGE, "br1"));
        assertThat(maps.bridge("eth0")).isEqualTo(new NetworkTarget(Kind.BRIDGE, "eth1"));
        assertThat(maps.bridge("br-ex")).isEqualTo(new NetworkTarget(Kind.NETWORK, "Büro lan"));
        assertThat(maps.bridge("default")).isNull();
        assertThat(maps.network("default")).isEqualTo(new NetworkTarget(Kind.NETWORK, "default"));
        assertThat(maps.network("lan")).isEqualTo(new NetworkTarget(Kind.BRIDGE, "br0"));
        assertThat(maps.network("odd")).isEqualTo(new NetworkTarget(Kind.NETWORK, "odd"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "libvirt.pools|/a|libvirt.pools: '/a' is not from=to",
                "libvirt.pools|/a=|libvirt.pools: '/a=' is not from=to",
                "libvirt.pools|=/a|libvirt.pools: '=/a' is not from=to",
                "libvirt.pools|/a=/b=/c|libvirt.pools: '/a=/b=/c' is not from=to",
                "libvirt.pools|/a=/b,|libvirt.pools: '' is not from=to",
                "libvirt.pools|/a=b|libvirt.pools: '/a=b': the folder needs one here: an absolute path",
                "libvirt.pools|/a=/b/../c|libvirt.pools: '/a=/b/../c': a path must not have the parts . and ..",
                "libvirt.pools|/./a=/c|libvirt.pools: '/./a=/c': a path must not have the parts . and ..",
                "libvirt.pools|/a=/b, /a/=/c|libvirt.pools: '/a/=/c': /a stands twice",
                "libvirt.bridges|br0=br1, br0=br2|libvirt.bridges: 'br0=br2': br0 stands twice",
                "libvirt.bridges|br0=a/b|libvirt.bridges: 'br0=a/b': 'a/b' cannot be the name of a bridge or device",
                "libvirt.bridges|br0=sixteen-letters-|libvirt.bridges: 'br0=sixteen-letters-': 'sixteen-letters-' cannot be the"
                        + " name of a bridge or device",
                "libvirt.bridges|br 0=br1|libvirt.bridges: 'br 0=br1': 'br 0' cannot be the name of a bridge or device",
                "libvirt.bridges|br0=..|libvirt.bridges: 'br0=..': '..' cannot be the name of a bridge or device",
                "libvirt.bridges|br0=network:|libvirt.bridges: 'br0=network:': the network has no name",
                "libvirt.networks|lan=bridge:|libvirt.networks: 'lan=bridge:': '' cannot be the name of a bridge or device"
            })
    void errorsNameKeyAndEntry(String key, String value, String why) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> HostMaps.parse(
                        key.equals(HostMaps.POOLS) ? value : "",
                        key.equals(HostMaps.BRIDGES) ? value : "",
                        key.equals(HostMaps.NETWORKS) ? value : ""))
                .withMessage(why);
    }
}
