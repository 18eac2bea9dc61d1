package dev.mcpflux.cli.completion;

import dev.mcpflux.cli.completion.ValueWords.Kind;
import dev.mcpflux.host.config.form.ConfigForms;
import dev.mcpflux.protocol.LogLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;

/** Finds out from the label of a value in the help what it can be. */
final class ValueLabels {

    private ValueLabels() {}

    /**
     * The values of an option or an argument.
     *
     * @param command the name of its command
     * @param commands the names of all commands
     */
    static ValueWords of(String command, List<String> commands, ArgSpec arg) {
        String label = arg.paramLabel().replaceAll("^'|'$", "");
        return switch (label) {
            case "FILE", "RECORDING" -> ValueWords.of(Kind.FILE, label);
            case "DIR" -> ValueWords.of(Kind.DIRECTORY, label);
            case "SERVER" -> ValueWords.of(Kind.SERVER, label);
            // a new server has a new name
            case "NAME" -> ValueWords.of(command.startsWith("add") ? Kind.TEXT : Kind.SERVER, label);
            case "TOOL" -> ValueWords.of(Kind.TOOL, label);
            case "COMMAND" -> ValueWords.words(label, commands);
            case "SHELL" ->
                ValueWords.words(
                        label,
                        Arrays.stream(Shell.values()).map(Shell::toString).toList());
            case "FORM" -> ValueWords.words(label, List.copyOf(ConfigForms.all().keySet()));
            case "SCOPE" -> ValueWords.words(label, List.of("user", "project"));
            case "ERA" -> ValueWords.words(label, List.of("auto", "modern", "legacy"));
            case "WHEN" -> ValueWords.words(label, List.of("auto", "always", "never"));
            case "LEVEL" ->
                ValueWords.words(
                        label,
                        Arrays.stream(LogLevel.values())
                                .map(level -> level.name().toLowerCase(Locale.ROOT))
                                .toList());
            case "FORMAT" -> ValueWords.words(label, List.of("table", "wide", "json", "yaml", "name", "jsonpath="));
            default ->
                label.matches("[a-z-]+(\\|[a-z-]+)+")
                        ? ValueWords.words(label.toUpperCase(Locale.ROOT), List.of(label.split("\\|")))
                        : candidates(label, arg);
        };
    }

    private static ValueWords candidates(String label, ArgSpec arg) {
        List<String> words = new ArrayList<>();
        if (arg.completionCandidates() != null) {
            boolean constants = arg.type().isEnum();
            arg.completionCandidates().forEach(word -> words.add(constants ? word.toLowerCase(Locale.ROOT) : word));
        }
        // what a shell would take apart is nothing that a list of words can hold
        return !words.isEmpty() && words.stream().allMatch(word -> word.matches("[A-Za-z0-9._=:/-]+"))
                ? ValueWords.words(label, words)
                : ValueWords.of(Kind.TEXT, label);
    }
}
