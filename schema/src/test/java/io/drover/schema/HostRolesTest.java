package io.drover.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.messages.HostId;
import org.junit.jupiter.api.Test;

class HostRolesTest {
    @Test
    void aRoleIsNamedAfterItsHost() {
        assertThat(HostRoles.roleName(new HostId("node-1.rack2.example")))
                .isEqualTo("drover_host_node_1_rack2_example");
    }

    @Test
    void aLongNameIsCutToWhatPostgresKeepsAndStaysItsOwn() {
        String first = HostRoles.roleName(new HostId("n" + "0".repeat(61) + "1"));
        String second = HostRoles.roleName(new HostId("n" + "0".repeat(61) + "2"));
        assertThat(first).hasSize(63).isNotEqualTo(second);
        assertThat(second).hasSize(63);
    }
}
