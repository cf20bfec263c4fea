package io.drover.cli.doctor.host;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.config.UnfitHostException;
import io.drover.worker.HostFolders;
import io.drover.worker.WorkerConfig.Folders;
import java.util.List;
import java.util.Objects;

/** A worker's folders: there, and usable by who looks. */
public record FoldersCheck(Folders folders) implements DoctorCheck {
    @Override
    public String name() {
        return "folders";
    }

    @Override
    public List<Finding> look() throws Exception {
        List<UnfitHostException> problems = HostFolders.problems(folders, false);
        if (problems.isEmpty()) {
            return List.of(Finding.ok("state.folder " + folders.state() + ", run.folder " + folders.run()
                    + " and images.folder " + folders.images() + " can be written"));
        }
        return problems.stream().map(FoldersCheck::finding).toList();
    }

    private static Finding finding(UnfitHostException problem) {
        return Finding.fail(
                problem.problem(),
                Objects.requireNonNullElse(problem.remedy(), "name a folder there, or correct the key"));
    }
}
