package io.drover.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.drover.cli.doctor.check.DoctorCheck;
import io.drover.cli.doctor.check.Finding;
import io.drover.cli.doctor.check.Finding.Level;
import java.nio.file.AccessDeniedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ExaminationTest {
    private record Prepared(String name, Duration limit, Callable<List<Finding>> doing) implements DoctorCheck {
        @Override
        public List<Finding> look() throws Exception {
            return doing.call();
        }
    }

    private static DoctorCheck check(String name, Callable<List<Finding>> doing) {
        return new Prepared(name, Duration.ofSeconds(60), doing);
    }

    @Test
    void oneCheckThatThrowsOrHangsLeavesTheOthersAlone() throws Exception {
        var ended = new CountDownLatch(1);
        DoctorCheck hangs = new Prepared("hangs", Duration.ofSeconds(1), () -> {
            try {
                new CountDownLatch(1).await();
                return List.of();
            } finally {
                ended.countDown();
            }
        });
        List<Examination.Examined> examined = Examination.of(List.of(
                hangs,
                check("throws", () -> {
                    throw new AccessDeniedException("/proc/1/mem");
                }),
                check("ends by an Error", () -> {
                    throw new StackOverflowError();
                }),
                check("works", () -> List.of(Finding.ok("all well")))));
        assertThat(examined)
                .extracting(Examination.Examined::check)
                .containsExactly("hangs", "throws", "ends by an Error", "works");
        assertThat(finding(examined, 0).found()).isEqualTo("no answer within 1 s");
        assertThat(finding(examined, 1).found()).startsWith("cannot be looked at: /proc/1/mem: permission denied");
        assertThat(examined.subList(0, 3))
                .allMatch(one -> one.findings().getFirst().level() == Level.FAIL);
        assertThat(finding(examined, 3)).isEqualTo(Finding.ok("all well"));
        ended.await();
    }

    private static Finding finding(List<Examination.Examined> examined, int index) {
        return examined.get(index).findings().getFirst();
    }
}
