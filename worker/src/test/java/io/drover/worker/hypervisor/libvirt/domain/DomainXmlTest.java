package io.drover.worker.hypervisor.libvirt.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.VmId;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Firmware;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Memory;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Platform;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.SecurityLabel;
import io.drover.worker.hypervisor.libvirt.domain.DomainDefinition.Vcpus;
import io.drover.worker.hypervisor.libvirt.domain.DomainDisk.Handling;
import io.drover.worker.hypervisor.libvirt.domain.DomainInterface.Kind;
import io.drover.worker.hypervisor.libvirt.xml.XmlException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DomainXmlTest {
    private static final String MIB = "<memory unit='MiB'>1</memory>";
    private static final String NAMED =
            "<domain type='kvm'><name>a</name><uuid>6f0f1e4b-0f2c-4b55-9a53-6a2f6c6d0a01</uuid>";

    @Test
    void aRunningDomainIsRead() throws XmlException {
        DomainDefinition domain = Samples.read("running").definition();
        assertThat(domain.type()).isEqualTo("qemu");
        assertThat(domain.runId()).isEqualTo(1);
        assertThat(domain.name()).isEqualTo("Büro server №1 & Co");
        assertThat(domain.id()).isEqualTo(VmId.parse("6f0f1e4b-0f2c-4b55-9a53-6a2f6c6d0a01"));
        assertThat(domain.title()).isEqualTo("Web <Front>");
        assertThat(domain.description()).contains("\nIts description has two lines, \"quotes\" and 'more quotes'.");
        assertThat(domain.vcpus()).isEqualTo(new Vcpus(1, 2));
        assertThat(domain.memory()).isEqualTo(new Memory(128L << 20, 128L << 20));
        assertThat(domain.platform()).isEqualTo(new Platform("x86_64", "pc-q35-7.2", "custom", "qemu64"));
        assertThat(domain.firmware()).isEqualTo(new Firmware(null, null, null));
        assertThat(domain.tpm()).isNull();
        assertThat(domain.iothreads()).isEqualTo(2);
        assertThat(domain.metadata()).containsExactly("http://libosinfo.org/xmlns/libvirt/domain/1.0");
        assertThat(domain.owner()).isNull();
        assertThat(domain.securityLabels()).containsExactly(new SecurityLabel("dynamic", "dac"));
        assertThat(domain.devices())
                .extracting(DomainDevice::shown)
                .contains("serial /var/lib/libvirt/qemu/web1-serial.sock", "input input0");
    }

    @Test
    void itsDisksAreRead() throws XmlException {
        List<DomainDisk> disks = Samples.read("running").definition().disks();
        assertThat(disks)
                .extracting(DomainDisk::target)
                .containsExactly("vda", "vdb", "vdc", "vdd", "sda", "sdb", "sdc");
        assertThat(disks)
                .extracting(DomainDisk::handling)
                .containsExactly(
                        Handling.COPIED,
                        Handling.COPIED,
                        Handling.STAYS,
                        Handling.COPIED,
                        Handling.COPIED,
                        Handling.COPIED_READ_ONLY,
                        Handling.EMPTY);
        assertThat(disks.getFirst())
                .isEqualTo(new DomainDisk(
                        "vda",
                        "virtio",
                        "virtio-disk0",
                        "disk",
                        new DiskSource(
                                DiskSource.Kind.FILE, "/var/lib/libvirt/images/Büro & Co/root disk.raw", null, null),
                        "raw",
                        "none",
                        "native",
                        "unmap",
                        1L,
                        false,
                        false,
                        false,
                        "ROOT0001",
                        null,
                        false,
                        false));
        assertThat(disks).extracting(DomainDisk::backingStore).startsWith(false, true, false);
        assertThat(disks)
                .extracting(disk -> disk.source().shown())
                .endsWith(
                        "/srv/cluster/shared.raw",
                        "volume scratch.raw of pool fast",
                        "/dev/mapper/vg0-data",
                        "/var/lib/libvirt/images/config-drive.iso",
                        "null");
    }

    @Test
    void itsCardsAreRead() throws XmlException {
        List<DomainInterface> cards = Samples.read("running").definition().interfaces();
        assertThat(cards).extracting(DomainInterface::mac).containsExactly("52:54:00:aa:bb:01", "52:54:00:aa:bb:02");
        // The second one has type='bridge' there, as its network gave it, and type='network' in the two other texts.
        assertThat(cards).extracting(DomainInterface::kind).containsExactly(Kind.BRIDGE, Kind.NETWORK);
        assertThat(cards).extracting(DomainInterface::source).containsExactly("br0", "office");
        assertThat(cards).extracting(DomainInterface::portgroup).containsExactly(null, "staff");
        assertThat(cards).extracting(DomainInterface::target).containsExactly("web1-lan", "vnet0");
        assertThat(cards).extracting(DomainInterface::alias).containsExactly("net0", "net1");
        assertThat(Samples.read("idle").definition().interfaces())
                .extracting(DomainInterface::kind)
                .containsExactly(Kind.BRIDGE, Kind.NETWORK);

        DomainInterface ofNova = Samples.read("nova").definition().interfaces().getFirst();
        assertThat(ofNova.virtualPort()).isEqualTo("openvswitch");
        assertThat(ofNova.virtualPortParameters())
                .isEqualTo(Map.of("interfaceid", "0c5f1f5a-6f52-4c0e-9a32-3f2a4d0b7c55"));
    }

    @Test
    void firmwareAndTpmAreRead() throws XmlException {
        DomainDefinition domain = Samples.read("uefi-tpm").definition();
        assertThat(domain.runId()).isNull();
        assertThat(domain.firmware())
                .isEqualTo(new Firmware(
                        "/usr/share/OVMF/OVMF_CODE_4M.ms.fd",
                        "/var/lib/libvirt/qemu/nvram/secure-boot_VARS.fd",
                        "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"));
        assertThat(domain.tpm()).isEqualTo("emulator");
        assertThat(domain.platform().cpuMode()).isEqualTo("host-passthrough");
        assertThat(domain.securityLabels())
                .containsExactly(new SecurityLabel("none", "dac"), new SecurityLabel("static", "selinux"));
        assertThat(Samples.domain(
                                "<os firmware='efi'><nvram template='t' type='file'><source file='/v'/></nvram></os>",
                                "")
                        .definition()
                        .firmware())
                .isEqualTo(new Firmware(null, "/v", "t"));
    }

    @Test
    void cloudsAreKnownByWhatTheyWrite() throws XmlException {
        assertThat(Samples.read("nova").definition().owner()).isEqualTo(CloudOwner.NOVA);
        assertThat(Samples.read("ovirt").definition().owner()).isEqualTo(CloudOwner.OVIRT);
        assertThat(Samples.read("cloudstack").definition().owner()).isEqualTo(CloudOwner.CLOUDSTACK);
        assertThat(Samples.read("cannot-move").definition().owner()).isNull();
        assertThat(owner("<metadata><i xmlns='http://openstack.org/xmlns/libvirt/nova/1.7'/></metadata>"))
                .isEqualTo(CloudOwner.NOVA);
        assertThat(owner("<metadata><o:vm xmlns:o='http://opennebula.org/xmlns/libvirt/1.0'/></metadata>"))
                .isEqualTo(CloudOwner.OPENNEBULA);
        assertThat(owner("<metadata><kubevirt xmlns='http://kubevirt.io'><uid/></kubevirt></metadata>"))
                .isEqualTo(CloudOwner.KUBEVIRT);
        // A prefix alone says nothing.
        assertThat(owner("<metadata><nova:instance xmlns:nova='urn:mine'/></metadata>"))
                .isNull();
    }

    private static @Nullable CloudOwner owner(String metadata) throws XmlException {
        return Samples.domain(metadata, "").definition().owner();
    }

    @Test
    void disksOnTheNetworkStay() throws XmlException {
        List<DomainDisk> disks = Samples.read("network-disks").definition().disks();
        assertThat(disks).extracting(DomainDisk::handling).containsOnly(Handling.STAYS);
        assertThat(disks)
                .extracting(disk -> disk.source().shown())
                .containsExactly("rbd:rbd/vm-1", "nbd:data", "https:iso/debian.iso");
    }

    @Test
    void commentsSayNothingAndElementsOfOthersAreNone() throws XmlException {
        DomainDefinition domain = Samples.domain(
                        "<!-- <disk/> --><x:devices xmlns:x='urn:x'><disk/></x:devices>",
                        "<!-- <disk type='file'><target dev='vda'/></disk> --><x:disk xmlns:x='urn:x'/>"
                                + "<disk xmlns='urn:x'/><controller><disk/></controller>")
                .definition();
        assertThat(domain.disks()).isEmpty();
        assertThat(domain.name()).isEqualTo("a");
        // Libvirt takes spaces at the ends of a name for a part of it.
        assertThat(DomainXml.parse(NAMED.replace(">a<", "> a <") + MIB + "</domain>")
                        .definition()
                        .name())
                .isEqualTo(" a ");
    }

    @ParameterizedTest
    @CsvSource({
        "b, 7, 7",
        "bytes, 7, 7",
        "KB, 7, 7000",
        "k, 7, 7168",
        "KiB, 7, 7168",
        "mib, 2, 2097152",
        "GB, 1, 1000000000",
        "T, 1, 1099511627776"
    })
    void memoryHasUnits(String unit, String size, long bytes) throws XmlException {
        assertThat(DomainXml.parse(NAMED + "<memory unit='" + unit + "'> " + size + "\n</memory></domain>")
                        .definition()
                        .memory())
                .isEqualTo(new Memory(bytes, bytes));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "<pool/>|the root element is <pool>, not <domain>",
                "<d:domain xmlns:d='urn:d'/>|the root element is <domain of urn:d>, not <domain>",
                "<domain/>|has no <name>",
                "<domain><name/></domain>|has no <name>",
                "<domain><name>a</name></domain>|has no <uuid>",
                "<domain><name>a</name><uuid>1-1-1-1-1</uuid></domain>|vm id: '1-1-1-1-1' is not a UUID",
                "NAMED</domain>|has no <memory>",
                "NAMED<memory unit='XiB'>1</memory></domain>|<memory>: '1 XiB' is no size of memory",
                "NAMED<memory>-</memory></domain>|<memory>: '- KiB' is no size of memory",
                "NAMED<memory unit='EiB'>9</memory></domain>|<memory>: '9 EiB' is no size of memory",
                "NAMEDMIB<vcpu>many</vcpu></domain>|'many' is not a whole number",
                "NAMEDMIB<iothreads>-1</iothreads></domain>|<iothreads>: -1 is out of range",
                "NAMEDMIB<devices><disk/></devices></domain>|<disk> has no <target dev='…'>",
                "NAMEDMIB<devices><disk><target dev='a'/><source/><source/></disk></devices></domain>|<disk> has 2 <source>"
            })
    void whatIsNoDomainIsRefused(String text, String why) {
        String whole = text.replace("NAMED", NAMED).replace("MIB", MIB);
        assertThatExceptionOfType(XmlException.class)
                .isThrownBy(() -> DomainXml.parse(whole))
                .withMessage("XML of a domain: " + why);
    }
}
