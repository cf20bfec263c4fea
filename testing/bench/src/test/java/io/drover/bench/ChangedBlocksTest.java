package io.drover.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.bench.trial.InitialState;
import io.drover.testbed.guest.Checkout;
import io.drover.testbed.guest.DataContent;
import io.drover.testbed.guest.DiskImages;
import io.drover.testbed.guest.GuestSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangedBlocksTest {
    @TempDir
    private Path folder;

    @Test
    void changesBlocksOfTheLoadsFileAndFindsThemInACopy() throws Exception {
        Path image = folder.resolve("data.raw");
        new DiskImages(Checkout.find())
                .createData(image, new GuestSize(96, 128, 32, 64), new DataContent(DataContent.Kind.RANDOM, 32));
        Path before = Files.copy(image, folder.resolve("before.raw"));

        var changed = ChangedBlocks.change(image, InitialState.RETURN_SCATTERED, 7);

        assertThat(changed.bytes()).isBetween((128L << 20) * 4 / 100, (128L << 20) * 5 / 100);
        assertThat(changed.problems(image)).isEmpty();
        assertThat(changed.problems(before).toString()).contains(changed.bytes() / 4096 + " changed blocks");
    }

    @Test
    void choosesWholeRuns() {
        List<Integer> chosen = ChangedBlocks.choose(1024, 600, 256, new Random(1));

        assertThat(chosen).hasSize(512).isSorted().doesNotHaveDuplicates();
        assertThat(chosen.get(255) - chosen.get(0)).isEqualTo(255);
        assertThat(chosen.get(0) % 256).isZero();
    }
}
