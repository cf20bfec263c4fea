package io.drover.cli.operator.option;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads bytes per second as people write them; units are decimal, as links are. */
public final class RateConverter implements ITypeConverter<Long> {
    private static final Pattern RATE = Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,6})?)([a-z]*)(?:/s)?");
    private static final Map<String, BigDecimal> UNITS = Map.of(
            "", BigDecimal.ONE,
            "b", BigDecimal.ONE,
            "kb", new BigDecimal("1e3"),
            "mb", new BigDecimal("1e6"),
            "gb", new BigDecimal("1e9"),
            "kbit", new BigDecimal("125"),
            "mbit", new BigDecimal("125e3"),
            "gbit", new BigDecimal("125e6"));

    @Override
    public Long convert(String text) {
        Matcher matcher = RATE.matcher(text.toLowerCase(Locale.ROOT));
        BigDecimal unit = matcher.matches() ? UNITS.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new TypeConversionException("'" + text + "' is no rate; for example 40MB or 200Mbit");
        }
        return new BigDecimal(matcher.group(1)).multiply(unit).longValue();
    }
}
