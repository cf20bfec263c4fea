package io.drover.cli.doctor.check;

import java.time.Duration;
import java.util.List;

/** Something that is looked at. It is run in a thread of its own, beside the others, and interrupted at its limit. */
public interface DoctorCheck {
    /** For example {@code folders}. */
    String name();

    /** How long it may take on a busy host. */
    default Duration limit() {
        return Duration.ofSeconds(30);
    }

    /** What was found, one finding at least. What is thrown is told as a failure of this check alone. */
    List<Finding> look() throws Exception;
}
