package io.drover.cli.doctor.service;

import io.drover.cli.doctor.check.ClockSkew;
import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.messages.time.Clock;
import io.drover.schema.inspection.DatabaseInspection;
import java.time.Instant;
import java.util.List;

/** This clock against the database's, by which hosts count as silent and leases end. */
public record DatabaseClockCheck(DatabaseInspection database, Clock clock) implements DoctorCheck {
    @Override
    public String name() {
        return "clock";
    }

    @Override
    public List<Finding> look() throws Exception {
        return DatabaseQuestion.of(() -> {
            // The first answer takes a connection, too.
            var _ = database.now();
            Instant before = clock.now();
            Instant other = database.now();
            return List.of(ClockSkew.of("PostgreSQL", before, other, clock.now()));
        });
    }
}
