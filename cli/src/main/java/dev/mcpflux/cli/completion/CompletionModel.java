package dev.mcpflux.cli.completion;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What can be completed: the commands and options that are not hidden, with what their values can be. */
public final class CompletionModel {

    /** Longer descriptions do not fit beside the words on a terminal. */
    private static final int LONGEST = 90;

    private final List<OptionWords> common;
    private final List<CommandWords> commands;

    private CompletionModel(List<OptionWords> common, List<CommandWords> commands) {
        this.common = common;
        this.commands = commands;
    }

    /** The model of a parser that knows all commands. */
    public static CompletionModel of(CommandLine root) {
        List<CommandSpec> visible = root.getSubcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden())
                .distinct()
                .toList();
        List<String> names = visible.stream().map(CommandSpec::name).toList();
        List<OptionSpec> common = shown(root.getCommandSpec()).toList();
        return new CompletionModel(
                common.stream().map(option -> option("", names, option)).toList(),
                visible.stream().map(spec -> command(spec, names, common)).toList());
    }

    private static Stream<OptionSpec> shown(CommandSpec spec) {
        return spec.options().stream().filter(option -> !option.hidden());
    }

    private static CommandWords command(CommandSpec spec, List<String> names, List<OptionSpec> common) {
        List<PositionalParamSpec> arguments = spec.positionalParameters().stream()
                .filter(argument -> !argument.hidden())
                .toList();
        return new CommandWords(
                spec.name(),
                sentence(spec.usageMessage().description()),
                shown(spec)
                        .filter(option -> common.stream()
                                .noneMatch(known -> known.longestName().equals(option.longestName())))
                        .map(option -> option(spec.name(), names, option))
                        .toList(),
                arguments.stream()
                        .map(argument -> ValueLabels.of(spec.name(), names, argument))
                        .toList(),
                !arguments.isEmpty() && isRepeatable(arguments.get(arguments.size() - 1)));
    }

    private static OptionWords option(String command, List<String> names, OptionSpec option) {
        boolean value = option.arity().max() > 0;
        return new OptionWords(
                List.of(option.names()),
                sentence(option.description()),
                value ? ValueLabels.of(command, names, option) : null,
                isRepeatable(option));
    }

    private static boolean isRepeatable(ArgSpec arg) {
        return arg.isMultiValue();
    }

    /** The first sentence, shortened where it is long. */
    private static String sentence(String[] description) {
        String all = String.join(" ", description).replaceAll("%n|\\s+", " ").strip();
        String first = all.split("(?<=[.;]|[A-Za-z]:) ", 2)[0].replaceAll("[.;:]$", "");
        if (first.length() <= LONGEST) {
            return first;
        }
        String cut = first.substring(0, LONGEST);
        return cut.substring(0, Math.max(cut.lastIndexOf(' '), LONGEST / 2)) + "…";
    }

    /** The options that all commands have, and that may stand before the command. */
    List<OptionWords> common() {
        return common;
    }

    List<CommandWords> commands() {
        return commands;
    }
}
