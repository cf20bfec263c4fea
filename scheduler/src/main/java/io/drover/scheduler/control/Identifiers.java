package io.drover.scheduler.control;

import io.drover.messages.DecisionId;
import io.drover.messages.MigrationId;
import io.drover.messages.VmId;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Makes ids: at random, or from a name where the same request must give the same id. */
public final class Identifiers {
    private final RandomGenerator random;

    public Identifiers(RandomGenerator random) {
        this.random = random;
    }

    public MigrationId newMigration() {
        return new MigrationId(version4());
    }

    /** The migration that one request, known by a key of its sender's, stands for. */
    public static MigrationId migrationFor(String key) {
        return new MigrationId(named("migration:" + key));
    }

    /** The move of one VM that one decision led to. */
    public static MigrationId migrationFor(DecisionId decision, VmId vm) {
        return migrationFor(decision + "/" + vm);
    }

    public static DecisionId decisionFor(String key) {
        return new DecisionId(named("decision:" + key));
    }

    private static UUID named(String name) {
        return UUID.nameUUIDFromBytes(("drover:" + name).getBytes(StandardCharsets.UTF_8));
    }

    private UUID version4() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
