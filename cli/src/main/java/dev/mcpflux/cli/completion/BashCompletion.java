package dev.mcpflux.cli.completion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes the script for bash 3.2 and newer. */
final class BashCompletion {

    private final CompletionModel model;

    BashCompletion(CompletionModel model) {
        this.model = model;
    }

    /**
     * Names of servers come from files that somebody else may have written. So they are compared and quoted one by one, and never
     * go through {@code compgen -W}, which would expand them.
     */
    String script() {
        return """
                #!/usr/bin/env bash
                # Completion of mcpflux for bash: source <(mcpflux completion bash)
                if [ -n "${ZSH_VERSION:-}" ]; then
                    eval "$(mcpflux completion zsh)"
                else

                # what the value of an option is: _mcpflux_value COMMAND OPTION
                _mcpflux_value() {
                    kind=
                    case $2 in
                %s    esac
                    case $1:$2 in
                %s    esac
                }

                # what an argument is: _mcpflux_argument COMMAND POSITION
                _mcpflux_argument() {
                    kind=text
                    case $1:$2 in
                %s    esac
                }

                # the options of a command
                _mcpflux_options() {
                    options='%s'
                    case $1 in
                %s    esac
                }

                _mcpflux_words() {
                    local word
                    for word in $1; do
                        [[ $word == "$cur"* ]] && COMPREPLY+=("$word")
                    done
                }

                _mcpflux_names() {
                    local name quoted
                    while IFS= read -r name; do
                        printf -v quoted '%%q' "$name"
                        [[ $name == "$cur"* || $quoted == "$cur"* ]] && COMPREPLY+=("$quoted")
                    done < <("${COMP_WORDS[0]}" __complete "$1" -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
                }

                _mcpflux_offer() {
                    case $kind in
                        file) return ;; # by readline, which quotes them
                        directory) compopt -o dirnames +o default 2>/dev/null; return ;;
                    esac
                    compopt +o default +o bashdefault 2>/dev/null
                    case $kind in
                        servers) _mcpflux_names servers ;;
                        tools) _mcpflux_names tools; compopt -o nospace 2>/dev/null ;;
                        words:*)
                            _mcpflux_words "${kind#words:}"
                            [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
                            ;;
                    esac
                    return 0
                }

                _mcpflux() {
                    local cur prev word command= kind= options= position=0 i
                    COMPREPLY=()
                    cur=${COMP_WORDS[COMP_CWORD]}
                    prev=${COMP_WORDS[COMP_CWORD-1]}
                    # bash makes the = of --option=value a word of its own
                    if [[ $cur == = ]]; then
                        cur=
                    elif [[ $prev == = ]]; then
                        prev=${COMP_WORDS[COMP_CWORD-2]}
                    fi
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        word=${COMP_WORDS[i]}
                        case $word in
                            =) ((i++)) ;;
                            -*)
                                _mcpflux_value "$command" "$word"
                                if [[ -n $kind ]]; then
                                    [[ ${COMP_WORDS[i+1]} == = ]] && ((i++))
                                    ((i++))
                                fi
                                ;;
                            *) if [[ -z $command ]]; then command=$word; else ((position++)); fi ;;
                        esac
                    done
                    kind=
                    [[ $prev == -* ]] && _mcpflux_value "$command" "$prev"
                    if [[ -z $kind ]]; then
                        if [[ $cur == -* ]]; then
                            _mcpflux_options "$command"
                            kind=words:$options
                        elif [[ -z $command ]]; then
                            kind='words:%s'
                        else
                            _mcpflux_argument "$command" "$position"
                        fi
                    fi
                    _mcpflux_offer
                }

                complete -o bashdefault -o default -F _mcpflux mcpflux

                fi
                """.formatted(
                        values(Map.of("", model.common())),
                        values(ownOptions()),
                        arguments(),
                        names(model.common()),
                        model.commands().stream()
                                .filter(command -> !command.options().isEmpty())
                                .map(command -> "        " + command.name() + ") options+=' " + names(command.options())
                                        + "' ;;\n")
                                .collect(Collectors.joining()),
                        model.commands().stream().map(CommandWords::name).collect(Collectors.joining(" ")));
    }

    private Map<String, List<OptionWords>> ownOptions() {
        Map<String, List<OptionWords>> own = new LinkedHashMap<>();
        model.commands().forEach(command -> own.put(command.name() + ":", command.options()));
        return own;
    }

    /** Patterns of a case, grouped by what they stand for. */
    private static String values(Map<String, List<OptionWords>> options) {
        Map<String, List<String>> patterns = new LinkedHashMap<>();
        options.forEach((prefix, all) -> all.forEach(option -> {
            if (option.value() != null) {
                option.names()
                        .forEach(name -> patterns.computeIfAbsent(kind(option.value()), kind -> new ArrayList<>())
                                .add(prefix + name));
            }
        }));
        return cases(patterns);
    }

    private String arguments() {
        Map<String, List<String>> patterns = new LinkedHashMap<>();
        for (CommandWords command : model.commands()) {
            for (int i = 0; i < command.arguments().size(); i++) {
                boolean last = i == command.arguments().size() - 1 && command.repeats();
                patterns.computeIfAbsent(kind(command.arguments().get(i)), kind -> new ArrayList<>())
                        .add(command.name() + ":" + (last ? "*" : i));
            }
        }
        // the repeated ones match what stands before them as well, so they come last
        Map<String, List<String>> exact = new LinkedHashMap<>();
        Map<String, List<String>> repeated = new LinkedHashMap<>();
        patterns.forEach((kind, all) -> all.forEach(pattern -> (pattern.endsWith("*") ? repeated : exact)
                .computeIfAbsent(kind, each -> new ArrayList<>())
                .add(pattern)));
        return cases(exact) + cases(repeated);
    }

    private static String cases(Map<String, List<String>> patterns) {
        return patterns.entrySet().stream()
                .map(entry -> "        " + String.join("|", entry.getValue()) + ") kind='" + entry.getKey() + "' ;;\n")
                .collect(Collectors.joining());
    }

    private static String kind(@Nullable ValueWords value) {
        if (value == null) {
            return "";
        }
        return switch (value.kind()) {
            case TEXT -> "text";
            case FILE -> "file";
            case DIRECTORY -> "directory";
            case WORDS -> "words:" + String.join(" ", value.words());
            case SERVER, TOOL -> value.names();
        };
    }

    private static String names(List<OptionWords> options) {
        return options.stream().flatMap(option -> option.names().stream()).collect(Collectors.joining(" "));
    }
}
