package dev.mcpflux.cli;

import dev.mcpflux.cli.output.OutputFormat;
import dev.mcpflux.cli.output.OutputStyle;
import dev.mcpflux.cli.terminal.Colours;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The options of every command about how its output looks. */
final class DisplayFlags {

    @Option(
            names = "--color",
            paramLabel = "WHEN",
            converter = WhenConverter.class,
            scope = ScopeType.INHERIT,
            description = "Use colors: auto (on a terminal, and as NO_COLOR, CLICOLOR_FORCE and TERM say; the default),"
                    + " always or never.")
    @Nullable
    Colours color;

    @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "The same as --color=never.")
    boolean noColor;

    @Option(
            names = "--no-pager",
            scope = ScopeType.INHERIT,
            description = "Do not show what is longer than the screen by MCPFLUX_PAGER, PAGER or 'less -FRX'.")
    boolean noPager;

    private @Nullable OutputFormat format;

    static final class WhenConverter implements ITypeConverter<Colours> {
        @Override
        public Colours convert(String value) {
            try {
                return Colours.valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("--color takes auto, always or never, found '" + value + "'");
            }
        }
    }

    /** Remembers the format that a command was asked for. */
    void read(ParseResult result) {
        ParseResult last = result;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        Object value = last.hasMatchedOption("--output")
                ? last.matchedOption("--output").getValue()
                : null;
        format = value instanceof OutputFormat named ? named : null;
    }

    Colours colours() {
        return noColor ? Colours.NEVER : color == null ? Colours.AUTO : color;
    }

    /** The style of the output. */
    OutputStyle style(boolean json) {
        OutputFormat named = format;
        return new OutputStyle(
                named != null ? named : json ? OutputFormat.JSON : OutputFormat.TABLE, colours(), !noPager);
    }

    /** Which options exclude each other; null if none do. */
    @Nullable
    String conflict(boolean json) {
        OutputFormat named = format;
        if (json && named != null && named.kind() != OutputFormat.Kind.JSON) {
            return "--json and -o " + named.kind().name().toLowerCase(Locale.ROOT)
                    + " exclude each other: --json is -o json";
        }
        return noColor && color != null && color != Colours.NEVER ? "--no-color and --color exclude each other" : null;
    }

    /** The style of errors of a command line that cannot be parsed. */
    static OutputStyle early(String[] args) {
        List<String> words = List.of(args);
        boolean file = words.contains("read");
        OutputFormat format = OutputFormat.TABLE;
        for (int i = 0; i < args.length && !file; i++) {
            String next = i + 1 < args.length ? args[i + 1] : "";
            if (isOutput(args[i], next, "json")) {
                format = OutputFormat.JSON;
            } else if (isOutput(args[i], next, "yaml")) {
                format = new OutputFormat(OutputFormat.Kind.YAML, null);
            }
        }
        return new OutputStyle(words.contains("--json") ? OutputFormat.JSON : format, earlyColours(args), false);
    }

    private static boolean isOutput(String word, String next, String format) {
        return ((word.equals("-o") || word.equals("--output")) && next.equals(format))
                || List.of("-o" + format, "-o=" + format, "--output=" + format).contains(word);
    }

    /** What the words of a command line say about colours, for its help. */
    static Colours earlyColours(String[] args) {
        return Arrays.stream(args).anyMatch(word -> word.equals("--no-color") || word.equals("--color=never"))
                ? Colours.NEVER
                : Arrays.stream(args).anyMatch(word -> word.equals("--color=always")) ? Colours.ALWAYS : Colours.AUTO;
    }
}
