package dev.mcpflux.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine;

/** Reads the path of a file or a directory. */
final class PathConverter implements CommandLine.ITypeConverter<Path> {

    @Override
    public Path convert(String value) {
        if (value.isBlank()) {
            throw new CommandLine.TypeConversionException("expected a path, found '" + value + "'");
        }
        String problem = NativeArguments.unusable(value);
        try {
            if (problem == null) {
                return Path.of(value);
            }
        } catch (InvalidPathException e) {
            problem = "'" + value + "' is not a path:  " + e.getReason();
        }
        throw new CommandLine.TypeConversionException(problem);
    }
}
