package io.drover.worker.libvirt.rpc;

import java.util.Locale;

/** The procedures in use: their numbers in libvirt's remote_protocol.x and qemu_protocol.x (version 9.0.0). */
public enum Procedure {
    CONNECT_OPEN(1),
    CONNECT_GET_VERSION(4),
    NODE_GET_INFO(6),
    CONNECT_GET_CAPABILITIES(7),
    DOMAIN_GET_XML_DESC(14),
    DOMAIN_GET_AUTOSTART(15),
    DOMAIN_GET_INFO(16),
    DOMAIN_LOOKUP_BY_NAME(23),
    DOMAIN_LOOKUP_BY_UUID(24),
    DOMAIN_RESUME(28),
    DOMAIN_SET_AUTOSTART(29),
    DOMAIN_SHUTDOWN(33),
    DOMAIN_SUSPEND(34),
    NETWORK_GET_XML_DESC(43),
    NETWORK_LOOKUP_BY_NAME(46),
    CONNECT_GET_HOSTNAME(59),
    AUTH_LIST(66),
    AUTH_POLKIT(70),
    STORAGE_POOL_LOOKUP_BY_NAME(84),
    STORAGE_POOL_GET_XML_DESC(88),
    INTERFACE_LOOKUP_BY_NAME(128),
    DOMAIN_IS_PERSISTENT(151),
    CONNECT_GET_LIB_VERSION(157),
    DOMAIN_ABORT_JOB(164),
    DOMAIN_MIGRATE_SET_MAX_DOWNTIME(166),
    DOMAIN_CREATE_WITH_FLAGS(196),
    DOMAIN_GET_STATE(212),
    DOMAIN_UNDEFINE_FLAGS(231),
    DOMAIN_DESTROY_FLAGS(234),
    CONNECT_LIST_ALL_DOMAINS(273),
    DOMAIN_GET_JOB_STATS(298),
    DOMAIN_MIGRATE_BEGIN3_PARAMS(302),
    DOMAIN_MIGRATE_PREPARE3_PARAMS(303),
    DOMAIN_MIGRATE_PERFORM3_PARAMS(305),
    DOMAIN_MIGRATE_FINISH3_PARAMS(306),
    DOMAIN_MIGRATE_CONFIRM3_PARAMS(307),
    CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY(316),
    /** A message of the daemon's. */
    DOMAIN_EVENT_CALLBACK_LIFECYCLE(318),
    CONNECT_GET_ALL_DOMAIN_STATS(344),
    DOMAIN_DEFINE_XML_FLAGS(350),
    CONNECT_COMPARE_HYPERVISOR_CPU(393),

    QEMU_DOMAIN_MONITOR_COMMAND(Program.QEMU, 1);

    private final int program;
    private final int number;

    Procedure(int number) {
        this(Program.REMOTE, number);
    }

    Procedure(int program, int number) {
        this.program = program;
        this.number = number;
    }

    int program() {
        return program;
    }

    public int number() {
        return number;
    }

    boolean is(int ofProgram, int ofNumber) {
        return program == ofProgram && number == ofNumber;
    }

    /** For messages: {@code domain-get-state}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
