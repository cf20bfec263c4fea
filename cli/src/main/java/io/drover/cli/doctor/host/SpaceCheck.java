package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.terminal.Units;
import io.drover.worker.WorkerConfig.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Free space where a worker writes.
 *
 * @param reserveBytes what is to stay free where the images are: VMs are refused that would need it
 */
public record SpaceCheck(Folders folders, long reserveBytes) implements DoctorCheck {
    /** Marks and logs are small; without room for a mark no VM changes its host. */
    private static final long STATE_BYTES = 64L << 20;

    @Override
    public String name() {
        return "space";
    }

    @Override
    public List<Finding> look() throws IOException {
        var findings = new ArrayList<Finding>();
        findings.add(of("images.folder", folders.images(), reserveBytes));
        findings.add(of("state.folder", folders.state(), STATE_BYTES));
        findings.add(of("run.folder", folders.run(), STATE_BYTES));
        return findings;
    }

    private static Finding of(String key, Path folder, long needed) throws IOException {
        Path there = folder.toAbsolutePath();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        long free = Files.getFileStore(there).getUsableSpace();
        String found = key + ": " + Units.bytes(free) + " free at " + folder;
        if (free == 0) {
            return Finding.fail(found, "delete what is not needed, or give the file system more room");
        }
        return free < needed
                ? Finding.warn(found + ", less than " + Units.bytes(needed), "make room before VMs are to come here")
                : Finding.ok(found);
    }
}
