package io.drover.cli.terminal;

/** Every exit code of the {@code drover} program; shown by {@code drover --help} and in docs/operating/reference.md. */
public enum ExitCode {
    OK(0, "done"),
    FAILED(
            1,
            "carried out, and failed: the migration was rolled back, rejected or is stranded; or a program cannot run now"),
    USAGE(2, "the command line, a file it names, the configuration, or a right or certificate on this host is wrong"),
    NOT_FOUND(3, "no such VM, host, migration or decision"),
    REFUSED(4, "the scheduler refused; nothing was changed"),
    TOO_LATE(5, "too late to cancel: the VM has been handed over or the migration is over"),
    UNREACHABLE(6, "the scheduler, PostgreSQL or RabbitMQ does not answer"),
    TIMED_OUT(7, "--timeout passed while waiting; the operation goes on"),
    FENCED(8, "another worker speaks for this host, or a person took it over"),
    INTERNAL(70, "a defect of Drover");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }
}
