package dev.mcpflux.cli;

import dev.mcpflux.cli.output.OutputFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of every command that lists or shows something. */
final class FormatFlag {

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            converter = Converter.class,
            description =
                    "How to print it: table, wide (all columns, nothing shortened), json, yaml, name (one a line), or"
                            + " jsonpath=TEMPLATE, such as jsonpath='{.items[*].name}'. Default: table. --json is json.")
    @Nullable
    OutputFormat format;

    static final class Converter implements ITypeConverter<OutputFormat> {
        @Override
        public OutputFormat convert(String value) {
            try {
                return OutputFormat.of(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }
}
