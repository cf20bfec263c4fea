package io.drover.scheduler;

import io.drover.messages.config.ConfigException;
import io.drover.messages.config.Settings;
import io.drover.scheduler.cluster.Economy;
import java.time.Duration;

/**
 * What a move has to earn and may cost, for strategy {@code drover}.
 *
 * <table>
 * <caption>Keys and defaults</caption>
 * <tr><td>{@code balance.risk}</td><td>0.3: probability of staying over the high mark from which on a host is hot</td></tr>
 * <tr><td>{@code balance.pressure}</td><td>0.01 of the time somebody waits for a processor of a host that is hot by
 *     processors alone; 0: not asked</td></tr>
 * <tr><td>{@code balance.z}</td><td>1.64 deviations of its demand that a destination holds: all but 5 %</td></tr>
 * <tr><td>{@code balance.payback_s}</td><td>3600: how far ahead overload avoided counts</td></tr>
 * <tr><td>{@code balance.worth}</td><td>1 overload-second avoided for each second of cost</td></tr>
 * <tr><td>{@code balance.margin}</td><td>0.1 of a host's predicted overload is avoided at least</td></tr>
 * <tr><td>{@code balance.degradation}</td><td>0.1 of a copy's seconds are cost to the VM and both links</td></tr>
 * <tr><td>{@code balance.link_share}</td><td>0.5 of a link for copies</td></tr>
 * <tr><td>{@code balance.per_link}</td><td>4 open migrations a host's link, both ways together</td></tr>
 * <tr><td>{@code balance.rest_per_gib_s}</td><td>60, on top of {@code balance.cooldown_s}</td></tr>
 * <tr><td>{@code balance.no_return_s}</td><td>3600: not back to where it came from</td></tr>
 * <tr><td>{@code balance.vm_day_bytes}, {@code .host_day_bytes}, {@code .fleet_day_bytes}</td><td>0: no limit in 24
 *     hours</td></tr>
 * </table>
 */
final class EconomyConfig {
    private EconomyConfig() {}

    static Economy read(Settings settings) throws ConfigException {
        Economy standard = Economy.standard();
        return new Economy(
                settings.real("balance.risk", standard.risk(), 0, 0.99),
                settings.real("balance.pressure", standard.pressure(), 0, 0.99),
                settings.real("balance.z", standard.z(), 0, 10),
                seconds(settings, "balance.payback_s", standard.payback(), 1, 604_800),
                settings.real("balance.worth", standard.worth(), 0, 1e6),
                settings.real("balance.margin", standard.margin(), 0, 0.99),
                settings.real("balance.degradation", standard.degradation(), 0, 1),
                settings.real("balance.link_share", standard.linkShare(), 0.01, 1),
                (int) settings.whole("balance.per_link", standard.perLink(), 1, 1000),
                seconds(settings, "balance.rest_per_gib_s", standard.restPerGib(), 0, 86_400),
                seconds(settings, "balance.no_return_s", standard.noReturn(), 0, 604_800),
                settings.whole("balance.vm_day_bytes", standard.vmDayBytes(), 0, Economy.BYTES_MOST),
                settings.whole("balance.host_day_bytes", standard.hostDayBytes(), 0, Economy.BYTES_MOST),
                settings.whole("balance.fleet_day_bytes", standard.fleetDayBytes(), 0, Economy.BYTES_MOST));
    }

    private static Duration seconds(Settings settings, String key, Duration fallback, double min, double max)
            throws ConfigException {
        return settings.seconds(key, (double) fallback.toSeconds(), min, max);
    }
}
