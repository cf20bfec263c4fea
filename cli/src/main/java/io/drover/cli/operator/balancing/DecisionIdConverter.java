package io.drover.cli.operator.balancing;

import io.drover.messages.DecisionId;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the id of a decision or of its plan. */
final class DecisionIdConverter implements ITypeConverter<DecisionId> {
    @Override
    public DecisionId convert(String text) {
        try {
            return DecisionId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
