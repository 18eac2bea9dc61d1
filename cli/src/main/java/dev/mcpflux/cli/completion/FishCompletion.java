package dev.mcpflux.cli.completion;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the script for fish. */
final class FishCompletion {

    private final CompletionModel model;

    FishCompletion(CompletionModel model) {
        this.model = model;
    }

    String script() {
        StringBuilder lines = new StringBuilder();
        model.common().forEach(option -> lines.append(option("", option)));
        for (CommandWords command : model.commands()) {
            lines.append("complete -c mcpflux -n __mcpflux_no_command -a ")
                    .append(command.name())
                    .append(" -d ")
                    .append(quote(command.description()))
                    .append('\n');
        }
        for (CommandWords command : model.commands()) {
            String condition = " -n '__mcpflux_in " + command.name() + "'";
            command.options().forEach(option -> lines.append(option(condition, option)));
            command.arguments().stream()
                    .filter(argument -> argument.kind() != ValueWords.Kind.TEXT)
                    .distinct()
                    .forEach(argument -> lines.append("complete -c mcpflux")
                            .append(condition)
                            .append(argument.kind() == ValueWords.Kind.FILE ? " -F" : values(argument))
                            .append('\n'));
        }
        return """
                # Completion of mcpflux for fish: mcpflux completion fish | source

                function __mcpflux_command --description 'The command of this command line'
                    set -l skip 0
                    for word in (commandline -opc)[2..-1]
                        if test $skip = 1
                            set skip 0
                            continue
                        end
                        switch $word
                            case %s
                                set skip 1
                            case '-*'
                            case '*'
                                echo $word
                                return 0
                        end
                    end
                    return 1
                end

                function __mcpflux_no_command
                    not __mcpflux_command >/dev/null
                end

                function __mcpflux_in
                    set -l command (__mcpflux_command)
                    and contains -- $command $argv
                end

                function __mcpflux_names
                    set -l words (commandline -opc)
                    set -l program $words[1]
                    set -e words[1]
                    $program __complete $argv[1] -- $words 2>/dev/null
                end

                complete -c mcpflux -f
                %s""".formatted(
                        model.common().stream()
                                .filter(option -> option.value() != null)
                                .flatMap(option -> option.names().stream())
                                .collect(Collectors.joining(" ")),
                        lines);
    }

    private static String option(String condition, OptionWords option) {
        ValueWords value = option.value();
        List<String> names = option.names();
        return "complete -c mcpflux" + condition
                + Stream.concat(
                                names.stream()
                                        .filter(name -> name.startsWith("--"))
                                        .map(name -> " -l " + name.substring(2)),
                                names.stream()
                                        .filter(name -> !name.startsWith("--"))
                                        .map(name -> " -s " + name.substring(1)))
                        .collect(Collectors.joining())
                + (value == null ? "" : value.kind() == ValueWords.Kind.FILE ? " -r -F" : " -x" + values(value))
                + " -d " + quote(option.description()) + "\n";
    }

    private static String values(ValueWords value) {
        return switch (value.kind()) {
            case TEXT, FILE -> "";
            case DIRECTORY -> " -a '(__fish_complete_directories)'";
            case WORDS -> " -a " + quote(String.join(" ", value.words()));
            case SERVER, TOOL -> " -a '(__mcpflux_names " + value.names() + ")'";
        };
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
