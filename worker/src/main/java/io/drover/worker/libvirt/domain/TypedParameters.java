package io.drover.worker.libvirt.domain;

import io.drover.worker.libvirt.xdr.XdrException;
import io.drover.worker.libvirt.xdr.XdrReader;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Named values of libvirt's answers ({@code virTypedParameter}), in the order of the answer. */
public final class TypedParameters {
    // Types.
    private static final int INT = 1;
    private static final int UINT = 2;
    private static final int LLONG = 3;
    private static final int ULLONG = 4;
    private static final int DOUBLE = 5;
    private static final int BOOLEAN = 6;
    private static final int STRING = 7;

    /** A {@link Long}, {@link Double}, {@link Boolean} or {@link String} by name. */
    private final Map<String, Object> values;

    private TypedParameters(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Reads all of an answer.
     *
     * @param countMax more of them are refused
     */
    public static TypedParameters read(XdrReader from, int countMax) throws XdrException {
        Map<String, Object> values = new LinkedHashMap<>();
        from.array(countMax, item -> Map.entry(item.string(), value(item)))
                .forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        return new TypedParameters(values);
    }

    private static Object value(XdrReader from) throws XdrException {
        int type = from.int32();
        return switch (type) {
            case INT -> (long) from.int32();
            case UINT -> from.uint32();
            case LLONG, ULLONG -> from.int64();
            case DOUBLE -> from.float64();
            case BOOLEAN -> from.bool();
            case STRING -> from.string();
            default -> throw new XdrException("a typed parameter of type " + type);
        };
    }

    public Set<String> names() {
        return values.keySet();
    }

    /** Of any of the four integer types; of an unsigned one of 64 bits, these bits. */
    public OptionalLong number(String name) {
        return values.get(name) instanceof Long number ? OptionalLong.of(number) : OptionalLong.empty();
    }

    public OptionalDouble real(String name) {
        return values.get(name) instanceof Double real ? OptionalDouble.of(real) : OptionalDouble.empty();
    }

    public Optional<Boolean> truth(String name) {
        return values.get(name) instanceof Boolean truth ? Optional.of(truth) : Optional.empty();
    }

    public Optional<String> text(String name) {
        return values.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
