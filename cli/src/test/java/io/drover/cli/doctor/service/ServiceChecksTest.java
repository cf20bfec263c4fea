package io.drover.cli.doctor.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import io.drover.messages.HostId;
import io.drover.messages.amqp.BrokerConfig;
import io.drover.messages.amqp.QueueMode;
import io.drover.messages.time.SystemClock;
import io.drover.schema.DatabaseSettings;
import io.drover.schema.inspection.DatabaseInspection;
import io.drover.schema.inspection.DatabaseInspection.SchemaDifference;
import io.drover.schema.inspection.DatabaseInspection.Server;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of services that are away, old or open; those that answer are tried in ProgramsIT. */
class ServiceChecksTest {
    private static final String URL = "jdbc:postgresql://127.0.0.1:1/drover";
    private static final HostId H1 = new HostId("h1");
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void aDatabaseThatIsAwayIsToldOnceAndIsNoFaultOfTheOtherChecks() {
        try (DatabaseInspection database =
                DatabaseInspection.open(new DatabaseSettings(URL, "x", "x", 1, SECOND, SECOND))) {
            assertThat(new DatabaseCheck(database, URL).look())
                    .singleElement()
                    .matches(finding -> finding.level() == Level.FAIL && finding.away())
                    .matches(finding -> finding.found().contains(URL));
            for (var check : List.of(
                    new DatabaseRightsCheck(database, H1),
                    new DatabaseClockCheck(database, new SystemClock()),
                    new SchemaCheck(database))) {
                assertThat(look(check)).singleElement().matches(finding -> finding.level() == Level.WARN);
            }
        }
    }

    private static List<Finding> look(io.drover.cli.doctor.check.DoctorCheck check) {
        try {
            return check.look();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anOldServerAStandbyAndAnOpenWayAreTold() {
        try (DatabaseInspection database =
                DatabaseInspection.open(new DatabaseSettings(URL, "x", "x", 1, SECOND, SECOND))) {
            var check = new DatabaseCheck(database, URL);
            assertThat(check.of(new Server("14.9", 140_009, false, false, true)))
                    .extracting(Finding::level)
                    .containsExactly(Level.FAIL, Level.FAIL, Level.WARN);
            assertThat(check.of(new Server("15.18", 150_018, true, false, false))
                            .getFirst()
                            .found())
                    .endsWith("encrypted, the server is not checked");
            assertThat(check.of(new Server("15.18", 150_018, false, true, false)))
                    .containsExactly(Finding.ok("PostgreSQL 15.18 lets this login in"));
        }
    }

    @Test
    void aSchemaOfAnotherVersionIsToldByItsFiles() {
        List<String> none = List.of();
        assertThat(SchemaCheck.of(new SchemaDifference(none, none, none))
                        .getFirst()
                        .level())
                .isEqualTo(Level.OK);
        List<String> missing = List.of("V010__a.sql", "V011__b.sql", "V012__c.sql", "V013__d.sql");
        assertThat(SchemaCheck.of(new SchemaDifference(missing, List.of("R__40_x.sql"), none)))
                .allMatch(finding -> finding.level() == Level.FAIL)
                .extracting(Finding::found)
                .containsExactly(
                        "the database lacks migrations of this version: V010__a.sql, V011__b.sql, V012__c.sql and 1 more",
                        "the database has functions of another version: R__40_x.sql");
        assertThat(SchemaCheck.of(new SchemaDifference(none, List.of("R__40_x.sql"), List.of("V014__e.sql"))))
                .hasSize(2)
                .allMatch(finding -> finding.level() == Level.WARN);
    }

    @Test
    void aBrokerThatIsAwayIsTold() throws Exception {
        var config = new BrokerConfig("127.0.0.1", 1, "/", "x", "x", QueueMode.QUORUM);
        assertThat(new BrokerCheck(config, H1).look())
                .singleElement()
                .matches(finding -> finding.level() == Level.FAIL && finding.away())
                .matches(finding -> finding.found().equals("RabbitMQ at 127.0.0.1:1 as x: Connection refused"));
    }
}
