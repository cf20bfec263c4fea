package io.drover.cli.operator.migration;

import io.drover.messages.MigrationId;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a migration's id from the command line. */
final class MigrationIdConverter implements ITypeConverter<MigrationId> {
    /** Stands in a command's field until picocli fills it. */
    static final MigrationId NONE = new MigrationId(new UUID(0, 0));

    @Override
    public MigrationId convert(String text) {
        try {
            return MigrationId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
