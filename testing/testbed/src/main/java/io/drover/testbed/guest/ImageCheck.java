package io.drover.testbed.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is found on the data disk of a guest that was shut down. Nothing is written to the image and nothing mounted.
 *
 * @param problems one sentence each; empty when the file system is clean and every file is what it was
 * @param files how many files were compared with the manifest
 * @param fileSystemReport what e2fsck said
 */
public record ImageCheck(List<String> problems, int files, String fileSystemReport) {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    public ImageCheck {
        problems = List.copyOf(problems);
    }

    /**
     * Runs {@code e2fsck -fn}, then reads every file back and compares it.
     *
     * @param scratch folder for a copy of the files, which is removed again
     */
    public static ImageCheck of(Path image, Manifest manifest, Path scratch) throws IOException, InterruptedException {
        var problems = new ArrayList<String>();
        CommandResult fsck = Tool.E2FSCK.tryRun(LIMIT, "-fn", image);
        if (fsck.exitCode() != 0) {
            problems.add("e2fsck -fn found errors (exit " + fsck.exitCode() + ")");
        }
        int files = 0;
        try (var work = WorkFolder.in(scratch)) {
            Tool.DEBUGFS.run(
                    LIMIT, "-R", "rdump /" + DiskImages.FILES + " /" + DiskImages.MANIFEST + " " + work.path(), image);
            Path folder = work.resolve(DiskImages.FILES);
            Path inside = work.resolve(DiskImages.MANIFEST);
            if (!Files.isDirectory(folder) || !Files.isRegularFile(inside)) {
                problems.add("the files or their manifest are gone");
            } else {
                Manifest found = Manifest.of(work.path(), folder);
                files = found.digests().size();
                problems.addAll(manifest.differences(found));
                problems.addAll(manifest.differences(Manifest.read(inside)));
            }
        }
        return new ImageCheck(problems, files, fsck.output());
    }

    public boolean clean() {
        return problems.isEmpty();
    }
}
