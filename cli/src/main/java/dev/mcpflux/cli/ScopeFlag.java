package dev.mcpflux.cli;

import dev.mcpflux.cli.config.Scope;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option of the commands that change files. */
final class ScopeFlag {

    @Option(
            names = {"-s", "--scope"},
            paramLabel = "SCOPE",
            converter = Converter.class,
            completionCandidates = Names.class,
            description =
                    "Which file: project (mcp.json or .mcp.json in the working directory) or user (your own, for all"
                            + " projects). -c names any other file.")
    @Nullable
    Scope scope;

    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return List.of("project", "user").iterator();
        }
    }

    static final class Converter implements ITypeConverter<Scope> {
        @Override
        public Scope convert(String value) {
            return switch (value.toLowerCase(Locale.ROOT)) {
                case "project" -> Scope.PROJECT;
                case "user" -> Scope.USER;
                default ->
                    throw new TypeConversionException("--scope takes project or user, found '" + value
                            + (value.equals("local") ? "'; project is the nearest" : "'"));
            };
        }
    }
}
