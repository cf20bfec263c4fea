package io.drover.scheduler.cluster;

/** The line {@code economy} of a snapshot. */
final class EconomyText {
    private EconomyText() {}

    static String write(Economy economy) {
        return "economy risk=" + economy.risk()
                + " pressure=" + economy.pressure()
                + " z=" + economy.z()
                + " payback=" + economy.payback()
                + " worth=" + economy.worth()
                + " margin=" + economy.margin()
                + " degradation=" + economy.degradation()
                + " link_share=" + economy.linkShare()
                + " per_link=" + economy.perLink()
                + " rest_per_gib=" + economy.restPerGib()
                + " no_return=" + economy.noReturn()
                + " vm_day_bytes=" + economy.vmDayBytes()
                + " host_day_bytes=" + economy.hostDayBytes()
                + " fleet_day_bytes=" + economy.fleetDayBytes();
    }

    static Economy read(TextFields fields) {
        return fields.only(new Economy(
                fields.real("risk"),
                fields.real("pressure", Economy.standard().pressure()),
                fields.real("z"),
                fields.span("payback"),
                fields.real("worth"),
                fields.real("margin"),
                fields.real("degradation"),
                fields.real("link_share"),
                fields.count("per_link"),
                fields.span("rest_per_gib"),
                fields.span("no_return"),
                fields.whole("vm_day_bytes"),
                fields.whole("host_day_bytes"),
                fields.whole("fleet_day_bytes")));
    }
}
