package io.drover.worker.hypervisor.libvirt.domain.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.drover.messages.config.ConfigException;
import io.drover.worker.hypervisor.libvirt.domain.DomainXml;
import io.drover.worker.hypervisor.libvirt.domain.Samples;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DestinationXmlTest {
    private static final String SAME_BRIDGES = "br0=br0, br-int=br-int, dummy0=dummy0";
    private static final String SAME_NETWORKS = "office=office, default=default";

    static Stream<Arguments> samplesInOtherSpellings() {
        return Samples.NAMES.stream()
                .filter(name -> !name.equals("cannot-move"))
                .flatMap(name -> Stream.of(
                                Spelling.of("as written", text -> text),
                                Spelling.of("double quotes", text -> text.replace('\'', '"')),
                                Spelling.of("spaces around =", text -> text.replaceAll(" ([a-z]+)='", "\n\t$1 = '")),
                                Spelling.of(
                                        "end tags", text -> text.replaceAll("<([A-Za-z:]+)([^<>]*)/>", "<$1$2></$1 >")),
                                Spelling.of("CRLF", text -> text.replace("\n", "\r\n")),
                                Spelling.of(
                                        "comments and CDATA",
                                        text -> text.replace(
                                                "<devices>",
                                                "<devices><!-- <disk type='file'><source file='/x'/></disk> -->"
                                                        + "<![CDATA[<disk/>]]><?pi <source?>")))
                        .map(spelling -> Arguments.of(name, spelling.name, spelling.respell)));
    }

    private record Spelling(String name, UnaryOperator<String> respell) {
        static Spelling of(String name, UnaryOperator<String> respell) {
            return new Spelling(name, respell);
        }
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("samplesInOtherSpellings")
    void sameNamesGiveTheSameText(String name, String spelling, UnaryOperator<String> respell) throws Exception {
        String text = respell.apply(Samples.text(name));
        HostMaps same = HostMaps.parse("/=/, fast=fast", SAME_BRIDGES, SAME_NETWORKS);
        assertThat(DestinationXml.of(DomainXml.parse(text), same)).isEqualTo(withoutLabels(text));
    }

    /** In each sample the labels stand at the end, each on lines of its own. */
    private static String withoutLabels(String text) {
        return text.replaceAll("(?s)(?<!\r)\n  <seclabel\\s[^>]*(dynamic|static).*?</seclabel>", "")
                .replaceAll("(?s)(?<=\r\n  )<seclabel\\s[^>]*(dynamic|static).*?</seclabel>", "");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("samplesInOtherSpellings")
    void thereAndBackIsTheSameText(String name, String spelling, UnaryOperator<String> respell) throws Exception {
        String text = respell.apply(Samples.text(name));
        HostMaps there = HostMaps.parse(
                "/var/lib=/srv/a&b, /srv/fast=/srv/slow, /mnt=/dev/shm, /dev/mapper=/dev/vg1, fast=slow",
                "br0=br7, br-int=br-out, dummy0=eth3",
                "office=home, default=lan");
        HostMaps back = HostMaps.parse(
                "/srv/a&b=/var/lib, /srv/slow=/srv/fast, /dev/shm=/mnt, /dev/vg1=/dev/mapper, slow=fast",
                "br7=br0, br-out=br-int, eth3=dummy0",
                "home=office, lan=default");
        String moved = DestinationXml.of(DomainXml.parse(text), there);
        assertThat(moved).doesNotContain("'br0'", "/var/lib/libvirt/images", "network='default'");
        // The live XML shows of a network what only its own host knows; it is not the one that is handed over.
        if (!name.equals("running")) {
            assertThat(DestinationXml.of(DomainXml.parse(moved), back)).isEqualTo(withoutLabels(text));
        }
    }

    @Test
    void onlySourcesChange() throws Exception {
        HostMaps maps = HostMaps.parse(
                "/var/lib/libvirt/images=/srv/it's, fast=/dev/vg0, /dev/mapper=/srv/data",
                "br0=network:lan",
                "office=bridge:br2");
        assertThat(changes("migratable", maps))
                .containsExactly(
                        "      <source file='/var/lib/libvirt/images/Büro &amp; Co/root disk.raw'/>",
                        "      <source file='/srv/it&apos;s/Büro &amp; Co/root disk.raw'/>",
                        "      <source file='/var/lib/libvirt/images/overlay.qcow2'/>",
                        "      <source file='/srv/it&apos;s/overlay.qcow2'/>",
                        "    <disk type='volume' device='disk'>",
                        "    <disk type='block' device='disk'>",
                        "      <source pool='fast' volume='scratch.raw'/>",
                        "      <source dev='/dev/vg0/scratch.raw'/>",
                        "    <disk type='block' device='disk'>",
                        "    <disk type='file' device='disk'>",
                        "      <source dev='/dev/mapper/vg0-data'/>",
                        "      <source file='/srv/data/vg0-data'/>",
                        "      <source file='/var/lib/libvirt/images/config-drive.iso' startupPolicy='optional'/>",
                        "      <source file='/srv/it&apos;s/config-drive.iso' startupPolicy='optional'/>",
                        "    <interface type='bridge'>",
                        "    <interface type='network'>",
                        "      <source bridge='br0'/>",
                        "      <source network='lan'/>",
                        "    <interface type='network'>",
                        "    <interface type='bridge'>",
                        "      <source network='office' portgroup='staff'/>",
                        "      <source bridge='br2'/>");
    }

    /** Each line that changed, before and after. */
    private static List<String> changes(String sample, HostMaps maps) throws IOException {
        List<String> before = Samples.text(sample).lines().toList();
        List<String> after =
                DestinationXml.of(Samples.read(sample), maps).lines().toList();
        assertThat(after).hasSameSizeAs(before);
        return IntStream.range(0, before.size())
                .filter(i -> !before.get(i).equals(after.get(i)))
                .boxed()
                .flatMap(i -> Stream.of(before.get(i), after.get(i)))
                .toList();
    }

    @Test
    void imagesBelowAreMappedTogetherOrNotTaken() throws Exception {
        String chain = """
                <disk type='file' device='disk'>
                  <source file='/images/top'/>
                  <backingStore type='file'>
                    <format type='qcow2'/>
                    <source file='/images/middle'/>
                    <backingStore type='block'><source dev='/dev/vg0/base'/><backingStore/></backingStore>
                  </backingStore>
                  <target dev='vda'/>
                </disk>""";
        DomainXml domain = Samples.domain("", chain);
        assertThat(DestinationXml.of(domain, pools("/images=/a, /dev/vg0=/dev/vg1")))
                .contains(chain.replace("/images/", "/a/").replace("vg0", "vg1"));
        assertThat(DestinationXml.of(domain, pools("/images=/a")))
                .contains("<source file='/a/top'/>\n  <target dev='vda'/>")
                .doesNotContain("backingStore", "middle");
        // The end of a chain says that there is nothing below, and stays.
        String flat = "<disk type='file'><source file='/images/top'/><backingStore/><target dev='vda'/></disk>";
        assertThat(DestinationXml.of(Samples.domain("", flat), pools("/images=/images")))
                .contains(flat);
    }

    @Test
    void labelsOfThisHostAreNotTaken() throws Exception {
        assertThat(DestinationXml.of(Samples.read("uefi-tpm"), HostMaps.parse("/=/", "", "default=default")))
                .contains("<seclabel type='none' model='dac'/>")
                .doesNotContain("selinux");
        String disk = "<disk type='file'><source file='/a'><seclabel model='dac' relabel='no'/>"
                + "<seclabel model='selinux'><label>l</label></seclabel></source><target dev='vda'/></disk>";
        assertThat(DestinationXml.of(Samples.domain("", disk), pools("/=/")))
                .contains("<source file='/a'><seclabel model='dac' relabel='no'/></source>");
    }

    @Test
    void cardsOfANetworkInTheLiveTextLoseWhatItsHostGave() throws Exception {
        String moved =
                DestinationXml.of(Samples.read("running"), HostMaps.parse("/=/, fast=fast", "br0=br0", "office=home"));
        assertThat(moved)
                .contains("<source network='home' portgroup='staff'/>")
                .doesNotContain("portid")
                .contains("    <interface type='network'>\n      <mac address='52:54:00:aa:bb:02'/>");
    }

    @Test
    void whatNoMapCoversIsNamedAtOnce() {
        HostMaps none = maps("", "", "");
        problems("migratable", none)
                .containsExactly(
                        "disk vda: libvirt.pools of the destination says nothing of "
                                + "/var/lib/libvirt/images/Büro & Co/root disk.raw; add from=to to it",
                        "disk vdb: libvirt.pools of the destination says nothing of "
                                + "/var/lib/libvirt/images/overlay.qcow2; add from=to to it",
                        "disk vdd: libvirt.pools of the destination says nothing of volume scratch.raw of pool fast; "
                                + "add from=to to it",
                        "disk sda: libvirt.pools of the destination says nothing of /dev/mapper/vg0-data; "
                                + "add from=to to it",
                        "disk sdb: libvirt.pools of the destination says nothing of "
                                + "/var/lib/libvirt/images/config-drive.iso; add from=to to it, or eject the medium",
                        "interface 52:54:00:aa:bb:01: libvirt.bridges of the destination says nothing of br0; "
                                + "add from=to to it",
                        "interface 52:54:00:aa:bb:02: libvirt.networks of the destination says nothing of office; "
                                + "add from=to to it");
        problems("network-disks", none)
                .containsExactly("interface 52:54:00:aa:bb:03: libvirt.bridges of the destination says nothing of"
                        + " dummy0; add from=to to it");
        problems("network-disks", maps("", "dummy0=network:lan", ""))
                .containsExactly("interface 52:54:00:aa:bb:03: libvirt.bridges of the destination maps dummy0 to a"
                        + " network; a card of type direct needs a device");
    }

    @Test
    void whatCannotBeAtTheDestinationIsNamed() {
        problems("cannot-move", maps("/=/", "br0=br0", ""))
                .containsExactly(
                        "disk vdc: has no source that can be at the destination",
                        "disk vdd: has no source that can be at the destination",
                        "disk fda: has no source that can be at the destination",
                        "interface 52:54:00:aa:bb:21: has no source that can be at the destination",
                        "interface 52:54:00:aa:bb:23: has no source that can be at the destination",
                        "interface 52:54:00:aa:bb:24: has no source that can be at the destination");
    }

    @Test
    void twoDisksNeverBecomeOne() throws Exception {
        String disks = disk("/a/x", "vda", "") + disk("/b/x", "vdb", "");
        assertThatExceptionOfType(UnmappedSourceException.class)
                .isThrownBy(() -> DestinationXml.of(Samples.domain("", disks), pools("/a=/c, /b=/c")))
                .withMessage("disks vda and vdb: libvirt.pools of the destination maps images of both to /c/x");
        String onABase = "<disk type='file'><source file='/a/top'/><backingStore type='file'><source file='/a/x'/>"
                + "<backingStore/></backingStore><target dev='vdc'/></disk>";
        assertThatExceptionOfType(UnmappedSourceException.class)
                .isThrownBy(() ->
                        DestinationXml.of(Samples.domain("", disk("/b/x", "vdb", "") + onABase), pools("/a=/c, /b=/c")))
                .withMessage("disks vdb and vdc: libvirt.pools of the destination maps images of both to /c/x");
        // Two drives may hold the same medium.
        String drives = disk("/a/x", "sda", "<readonly/>") + disk("/a/x", "sdb", "<readonly/>");
        assertThat(DestinationXml.of(Samples.domain("", drives), pools("/a=/c")))
                .doesNotContain("/a/x");
    }

    @Test
    void noPathLeavesItsFolder() {
        for (String path : List.of("/a/../etc/passwd", "/a/./x", "/a/..")) {
            assertThatExceptionOfType(UnmappedSourceException.class)
                    .isThrownBy(() -> DestinationXml.of(Samples.domain("", disk(path, "vda", "")), pools("/a=/c")))
                    .withMessage("disk vda: " + path + " has parts . or .., which no map covers");
        }
        String volume = "<disk type='volume'><source pool='p' volume='../x'/><target dev='vda'/></disk>";
        assertThatExceptionOfType(UnmappedSourceException.class)
                .isThrownBy(() -> DestinationXml.of(Samples.domain("", volume), pools("p=/c")));
    }

    @Test
    void valuesNeedNotBeWrittenPlainly() throws Exception {
        String odd = "<disk type='file'><source file='/a/&#x26;&quot;&#10;x'/><target dev='vda'/></disk>";
        assertThat(DestinationXml.of(Samples.domain("", odd), pools("/a=/a"))).contains(odd);
        String moved = DestinationXml.of(Samples.domain("", odd), pools("/a=/<b>"));
        assertThat(moved).contains("file='/&lt;b&gt;/&amp;&quot;&#10;x'");
        assertThat(DomainXml.parse(moved)
                        .definition()
                        .disks()
                        .getFirst()
                        .source()
                        .path())
                .isEqualTo("/<b>/&\"\nx");
    }

    private static String disk(String path, String target, String more) {
        return "<disk type='file'><source file='" + path + "'/><target dev='" + target + "'/>" + more + "</disk>";
    }

    private static HostMaps pools(String pools) {
        return maps(pools, "", "");
    }

    private static HostMaps maps(String pools, String bridges, String networks) {
        try {
            return HostMaps.parse(pools, bridges, networks);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    private static ListAssert<String> problems(String sample, HostMaps maps) {
        try {
            DestinationXml.of(Samples.read(sample), maps);
            throw new AssertionError("was taken");
        } catch (UnmappedSourceException e) {
            return assertThat(e.problems());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
