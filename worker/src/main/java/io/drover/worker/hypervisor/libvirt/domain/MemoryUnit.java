package io.drover.worker.hypervisor.libvirt.domain;

import io.drover.messages.text.Numbers;
import io.drover.messages.text.Shown;
import io.drover.worker.hypervisor.libvirt.xml.XmlElement;
import java.util.Locale;

/** Sizes with libvirt's units (formatdomain, "Memory Allocation"). */
final class MemoryUnit {
    private static final String STEPS = "kmgtpe";

    private MemoryUnit() {}

    /** In bytes; throws {@link IllegalArgumentException} that names the element. */
    static long bytes(XmlElement size) {
        String unit = size.value("unit", "KiB");
        try {
            return Math.multiplyExact(Numbers.whole(size.content().strip()), factor(unit));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("<" + size.name() + ">: '"
                    + Shown.text(size.content().strip() + " " + unit) + "' is no size of memory");
        }
    }

    private static long factor(String unit) {
        String lower = unit.toLowerCase(Locale.ROOT);
        if (lower.equals("b") || lower.equals("bytes")) {
            return 1;
        }
        int step = lower.isEmpty() ? -1 : STEPS.indexOf(lower.charAt(0));
        String rest = lower.isEmpty() ? "" : lower.substring(1);
        if (step < 0 || !(rest.isEmpty() || rest.equals("b") || rest.equals("ib"))) {
            throw new IllegalArgumentException();
        }
        long factor = 1;
        for (int i = 0; i <= step; i++) {
            factor *= rest.equals("b") ? 1000 : 1024;
        }
        return factor;
    }
}
