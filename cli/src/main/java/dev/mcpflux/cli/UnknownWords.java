package dev.mcpflux.cli;

import dev.mcpflux.cli.output.Suggestions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Words of a command line at a place where they are not known. */
final class UnknownWords {

    private static final Set<String> KEY_VALUE = Set.of("call", "prompt", "read", "complete");

    private UnknownWords() {}

    /**
     * Moves the options of a command that stand before the command behind it, so that users need not know the level of
     * an option: {@code mcpflux --from a tools} is {@code mcpflux tools --from a}.
     */
    static String[] ordered(CommandLine root, String[] args) {
        List<String> own = new ArrayList<>();
        List<String> moved = new ArrayList<>();
        int i = 0;
        while (i < args.length && args[i].startsWith("-") && !args[i].equals("--")) {
            String name = name(args[i]);
            OptionSpec known = root.getCommandSpec().findOption(name);
            OptionSpec option = known == null ? ofCommands(root, name) : known;
            if (option == null) {
                return args;
            }
            int words = option.arity().min() > 0 && args[i].equals(name) ? 2 : 1;
            if (i + words > args.length) {
                return args;
            }
            (known == null ? moved : own).addAll(Arrays.asList(args).subList(i, i + words));
            i += words;
        }
        if (moved.isEmpty() || i == args.length || !root.getSubcommands().containsKey(args[i])) {
            return args;
        }
        own.add(args[i]);
        own.addAll(moved);
        own.addAll(Arrays.asList(args).subList(i + 1, args.length));
        return own.toArray(String[]::new);
    }

    private static String name(String word) {
        if (!word.startsWith("--")) {
            return word.length() > 2 ? word.substring(0, 2) : word;
        }
        int equals = word.indexOf('=');
        return equals < 0 ? word : word.substring(0, equals);
    }

    private static @Nullable OptionSpec ofCommands(CommandLine root, String name) {
        for (CommandLine command : root.getSubcommands().values()) {
            OptionSpec option = command.getCommandSpec().findOption(name);
            if (option != null) {
                return option;
            }
        }
        return null;
    }

    /** The error message for a word that a command does not know, with suggestions. */
    static String problem(CommandLine root, CommandLine command, String word) {
        boolean top = command.getParent() == null;
        if (!word.startsWith("-")) {
            return top
                    ? "there is no command '" + word + "'"
                            + Suggestions.of(word, root.getSubcommands().keySet())
                    : "'" + command.getCommandName() + "' does not take '" + word + "'";
        }
        String name = word.startsWith("--") ? name(word) : word;
        Set<String> options =
                new TreeSet<>(command.getCommandSpec().optionsMap().keySet());
        String near = Suggestions.of(name, options);
        String unknown = "Unknown option: '" + name + "'";
        if (!near.isEmpty()) {
            return unknown + near;
        }
        List<String> owners = root.getSubcommands().entrySet().stream()
                .filter(entry -> entry.getValue().getCommandSpec().findOption(name) != null)
                .map(Map.Entry::getKey)
                .toList();
        if (!owners.isEmpty()) {
            return unknown + "; it is one of " + String.join(", ", owners);
        }
        return KEY_VALUE.contains(command.getCommandName()) && name.startsWith("--")
                ? unknown + "; arguments are written " + name.substring(2) + "=VALUE"
                : unknown;
    }
}
