package io.drover.worker.libvirt.migration;

import io.drover.worker.libvirt.xdr.XdrWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a phase is told, by names of libvirt's ({@code VIR_MIGRATE_PARAM_…}). Each method returns parameters with one
 * more of them.
 */
public final class MigrationParameters {
    /** None: libvirt's own choice of everything. */
    public static final MigrationParameters NONE = new MigrationParameters(Map.of());

    // Types of typed parameters.
    private static final int ULLONG = 4;
    private static final int STRING = 7;

    /** A {@link String} or a {@link Long} by name. */
    private final Map<String, Object> values;

    private MigrationParameters(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Where the memory goes: at the destination where QEMU listens, at the source where libvirtd connects to, for
     * example {@code unix:///var/lib/libvirt/qemu/…/memory.sock}.
     */
    public MigrationParameters uri(String uri) {
        return with("migrate_uri", uri);
    }

    /** The domain's name at the destination. */
    public MigrationParameters destinationName(String name) {
        return with("destination_name", name);
    }

    /** The description for the destination: to Begin what it is to be, to Prepare what Begin gave. */
    public MigrationParameters destinationXml(String xml) {
        return with("destination_xml", xml);
    }

    /** The most of the memory's stream, in MiB per second. */
    public MigrationParameters bandwidth(long mibPerSecond) {
        return with("bandwidth", mibPerSecond);
    }

    private MigrationParameters with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new MigrationParameters(more);
    }

    void write(XdrWriter to) {
        to.int32(values.size());
        values.forEach((name, value) -> {
            to.string(name);
            if (value instanceof Long number) {
                to.int32(ULLONG).int64(number);
            } else {
                to.int32(STRING).string((String) value);
            }
        });
    }
}
