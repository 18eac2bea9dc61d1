package dev.mcpflux.cli.completion;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Writes the script for zsh. */
final class ZshCompletion {

    private final CompletionModel model;

    ZshCompletion(CompletionModel model) {
        this.model = model;
    }

    String script() {
        return """
                #compdef mcpflux
                # Completion of mcpflux for zsh: source <(mcpflux completion zsh), or as _mcpflux in a directory of $fpath

                _mcpflux_names() {
                    local -a names
                    names=("${(@f)$("$_mcpflux_line[1]" __complete $1 -- "${(@Q)_mcpflux_line[2,$_mcpflux_last]}" 2>/dev/null)}")
                    names=("${(@)names:#}")
                    if [[ $1 == tools ]]; then
                        compadd -S '' -- "${names[@]}"
                    else
                        compadd -- "${names[@]}"
                    fi
                }

                _mcpflux() {
                    local curcontext="$curcontext" state line ret=1
                    local -a _mcpflux_line common commands
                    local -i _mcpflux_last=$((CURRENT - 1))
                    typeset -A opt_args
                    _mcpflux_line=("${words[@]}")
                    common=(
                %s    )
                    _arguments -C $common '1: :->command' '*:: :->argument' && ret=0
                    case $state in
                        command)
                            commands=(
                %s            )
                            _describe -t commands command commands && ret=0
                            ;;
                        argument)
                            case $words[1] in
                %s            esac
                            ;;
                    esac
                    return ret
                }

                if [[ $funcstack[1] == _mcpflux ]]; then
                    _mcpflux "$@"
                else
                    (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
                    compdef _mcpflux mcpflux
                fi
                """.formatted(
                        lines(
                                "        ",
                                model.common().stream()
                                        .flatMap(option -> specs(option).stream())
                                        .toList()),
                        lines(
                                "                ",
                                model.commands().stream()
                                        .map(command -> quote(command.name() + ":" + command.description()))
                                        .toList()),
                        model.commands().stream().map(ZshCompletion::command).collect(Collectors.joining()));
    }

    private static String command(CommandWords command) {
        List<String> specs = new ArrayList<>();
        command.options().forEach(option -> specs.addAll(specs(option)));
        for (int i = 0; i < command.arguments().size(); i++) {
            ValueWords argument = command.arguments().get(i);
            boolean last = i == command.arguments().size() - 1 && command.repeats();
            specs.add(quote((last ? "*" : String.valueOf(i + 1)) + value(argument)));
        }
        return "                " + command.name() + ")\n                    _arguments $common"
                + specs.stream()
                        .map(spec -> " \\\n                        " + spec)
                        .collect(Collectors.joining())
                + " && ret=0\n                    ;;\n";
    }

    /** One specification for each name, which excludes the others. */
    private static List<String> specs(OptionWords option) {
        String before = option.repeatable() ? "*" : "(" + String.join(" ", option.names()) + ")";
        ValueWords value = option.value();
        return option.names().stream()
                .map(name -> quote(before + name + (value == null ? "" : name.startsWith("--") ? "=" : "+") + "["
                        + bracketed(option.description()) + "]" + (value == null ? "" : value(value))))
                .toList();
    }

    private static String value(ValueWords value) {
        String action = switch (value.kind()) {
            case TEXT -> " ";
            case FILE -> "_files";
            case DIRECTORY -> "_files -/";
            case WORDS -> "(" + String.join(" ", value.words()) + ")";
            // the blank keeps zsh from putting options between the two words
            case SERVER, TOOL -> " _mcpflux_names " + value.names();
        };
        return ":" + value.label().replace(":", "\\:") + ":" + action;
    }

    private static String bracketed(String text) {
        return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
    }

    private static String lines(String indent, List<String> lines) {
        return lines.stream().map(line -> indent + line + "\n").collect(Collectors.joining());
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
