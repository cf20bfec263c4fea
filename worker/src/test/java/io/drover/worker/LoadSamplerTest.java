package io.drover.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.DiskDefinition;
import io.drover.messages.DiskId;
import io.drover.messages.DiskRole;
import io.drover.messages.HostId;
import io.drover.messages.HostReport;
import io.drover.messages.HostReport.HostCapacity;
import io.drover.messages.HostReport.RetiredCopy;
import io.drover.messages.HostReport.VmLoad;
import io.drover.messages.MigrationId;
import io.drover.messages.NetworkCards;
import io.drover.messages.VmDefinition;
import io.drover.messages.VmId;
import io.drover.messages.time.Clock;
import io.drover.worker.hypervisor.FakeHypervisor;
import io.drover.worker.hypervisor.FakeVm;
import io.drover.worker.hypervisor.VmUsage;
import io.drover.worker.hypervisor.VmUsage.DiskUsage;
import io.drover.worker.image.BasePart;
import io.drover.worker.image.FileDigest;
import io.drover.worker.image.ImageFile;
import io.drover.worker.image.ImageStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class LoadSamplerTest {
    private static final VmId VM = VmId.parse("7e1f0a52-1111-4222-8333-944455556666");
    private static final DiskId DATA = new DiskId("data");
    private static final DiskId SWAP = new DiskId("swap");
    private static final VmDefinition DEFINITION = new VmDefinition(
            VM,
            "web1",
            1,
            64L << 20,
            "pc-q35-7.2",
            "qemu64",
            NetworkCards.plain(0),
            null,
            List.of(
                    new DiskDefinition(DATA, DiskRole.DATA, "data.img"),
                    new DiskDefinition(SWAP, DiskRole.SWAP, "swap.img")));

    private final FakeHypervisor hypervisor = new FakeHypervisor();
    private final FakeVm vm = hypervisor.put(VM);
    private final SettableClock clock = new SettableClock();
    private final FixedImages images = new FixedImages();
    private final ProcessorWaits waits = new ProcessorWaits(Path.of("/nowhere"));
    private final LoadSampler sampler = new LoadSampler(
            new HostId("host1"), new HostCapacity(2, 4L << 30, 100, 10), hypervisor, images, waits, clock);

    private HostReport sample() throws Exception {
        return sampler.sample(vm -> vm.equals(VM) ? Optional.of(DEFINITION) : Optional.empty());
    }

    private void use(long cpuMillis, long dataWritten, long swapRead) {
        vm.use(new VmUsage(
                Duration.ofMillis(cpuMillis),
                50_000,
                OptionalDouble.of(7_000),
                Map.of(DATA, new DiskUsage(0, dataWritten), SWAP, new DiskUsage(swapRead, 0))));
    }

    @Test
    void ratesAreDifferencesOverThePeriod() throws Exception {
        use(10_000, 1_000_000, 500);
        sample();
        clock.elapsed = clock.elapsed.plusSeconds(4);
        use(13_000, 1_800_000, 4_500);
        HostReport report = sample();

        assertThat(report.periodSeconds()).isEqualTo(4);
        assertThat(report.vms())
                .containsExactly(new VmLoad(VM, 0.75, 50_000, 0, 200_000, 1_000, 0, 4096, 8192, 7_000.0));
        assertThat(report.load().cpuCores()).isEqualTo(0.75);
        assertThat(report.load().diskReadBytesPerSecond()).isEqualTo(1_000);
        assertThat(report.load().diskWriteBytesPerSecond()).isEqualTo(200_000);
        assertThat(report.load().imagesFreeBytes()).isEqualTo(77);
    }

    @Test
    void theFirstSampleOfAVmHasItsMemoryAndNoRates() throws Exception {
        use(10_000, 1_000_000, 500);
        clock.elapsed = clock.elapsed.plusSeconds(4);
        VmLoad load = sample().vms().getFirst();
        assertThat(load.memoryBytes()).isEqualTo(50_000);
        assertThat(load.cpuCores()).isZero();
        assertThat(load.diskWriteBytesPerSecond()).isZero();
    }

    @Test
    void aNewProcessOfTheSameVmNeverCountsBackwards() throws Exception {
        use(10_000, 1_000_000, 500);
        sample();
        clock.elapsed = clock.elapsed.plusSeconds(4);
        use(100, 10, 0);
        VmLoad load = sample().vms().getFirst();
        assertThat(load.cpuCores()).isZero();
        assertThat(load.diskWriteBytesPerSecond()).isZero();
    }

    @Test
    void whatVmsLeftIsToldByMigration() throws Exception {
        String one = "0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f50";
        String other = "0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f51";
        images.names = List.of("data.img", "a.img.retired-" + other, "a.img.retired-" + one, "b.img.retired-" + one);
        assertThat(sample().retired())
                .containsExactly(
                        new RetiredCopy(MigrationId.parse(one), 2 * 8192),
                        new RetiredCopy(MigrationId.parse(other), 8192));
        images.names = List.of();
        assertThat(sample().retired()).as("looked up a moment ago").hasSize(2);
        clock.elapsed = clock.elapsed.plusSeconds(60);
        assertThat(sample().retired()).isEmpty();
    }

    @Test
    void aVmThatDiedIsLeftOut() throws Exception {
        vm.die();
        assertThat(sample().vms()).isEmpty();
    }

    @Test
    @Tag("attack")
    @DisplayName("F6: one odd image costs only its own figure, and not the host's report")
    void anOddImageCostsOnlyItsOwnFigure() throws Exception {
        use(10_000, 1_000_000, 500);
        images.odd = "swap.img";
        VmLoad load = sample().vms().getFirst();
        assertThat(load.diskAllocatedBytes()).isEqualTo(4096);
        assertThat(load.swapAllocatedBytes()).isZero();
        images.odd = "";
        assertThat(sample().vms().getFirst().swapAllocatedBytes()).isEqualTo(8192);
    }

    @Test
    @Tag("attack")
    @DisplayName("F6: a host that was silent for long reports again, over no longer a period than is taken")
    void aLongSilenceBeginsAnew() throws Exception {
        use(10_000, 1_000_000, 500);
        sample();
        clock.elapsed = clock.elapsed.plusSeconds(1500);
        use(1_000_000, 1_800_000, 4_500);
        HostReport report = sample();
        assertThat(report.periodSeconds()).isEqualTo(600);
        assertThat(report.vms().getFirst().cpuCores()).isZero();
    }

    @Test
    @Tag("attack")
    @DisplayName("K10: a retired copy that is deleted while it is looked at is no reason to be silent")
    void aRetiredCopyThatIsGone() throws Exception {
        String gone = "a.img.retired-0c9c7b1e-2f46-4c7e-8f5e-3b1d2c3e4f50";
        images.names = List.of(gone);
        images.odd = gone;
        assertThat(sample().retired()).singleElement().returns(0L, RetiredCopy::allocatedBytes);
    }

    private static final class SettableClock implements Clock {
        private Duration elapsed = Duration.ofSeconds(1000);

        @Override
        public Instant now() {
            return Instant.parse("2026-11-22T12:00:00Z");
        }

        @Override
        public Duration elapsed() {
            return elapsed;
        }

        @Override
        public void sleep(Duration duration) {
            elapsed = elapsed.plus(duration);
        }
    }

    /** Two images of known size. */
    private static final class FixedImages implements ImageStore {
        private List<String> names = List.of();
        private String odd = "";

        @Override
        public long freeBytes() {
            return 77;
        }

        @Override
        public boolean exists(String image) {
            return true;
        }

        @Override
        public boolean isDevice(String image) {
            return false;
        }

        @Override
        public long size(String image) {
            return 1 << 20;
        }

        @Override
        public long allocatedBytes(String image) throws IOException {
            if (image.equals(odd)) {
                if (image.endsWith(".img")) {
                    throw new IllegalArgumentException("'" + image + "' is not the name of an image");
                }
                throw new IOException("gone");
            }
            return image.equals("data.img") ? 4096 : 8192;
        }

        @Override
        public long requireMovable(ImageFile image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public TargetImage create(ImageFile image, long size, MigrationId migration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean arriving(String image, MigrationId migration) {
            return false;
        }

        @Override
        public void discard(String image, MigrationId migration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void adopt(String image, MigrationId migration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void retire(String image, MigrationId migration) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ImageReader openDirect(String image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ImageReader open(ImageFile image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long diskSize(ImageFile image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileDigest digest(String image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long takeBase(BasePart part) {
            throw new UnsupportedOperationException();
        }

        @Override
        public SourceImage openSource(String image) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> list() {
            return names;
        }
    }
}
