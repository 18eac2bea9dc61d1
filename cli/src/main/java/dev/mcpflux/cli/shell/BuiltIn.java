package dev.mcpflux.cli.shell;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commands that only a session has. */
enum BuiltIn {
    SERVER("server", "NAME", "Show everything that one server offers, as inspect."),
    RESTART("restart", "NAME", "Close a server and start it again."),
    USE("use", "[SERVER]", "Call the tools of this server by their bare names; without a name, of none."),
    LOGS("logs", "[on|off|LEVEL]", "Print the log messages of servers, from this level on; without a word, say which."),
    SET("set", "json on|off", "Print all results as JSON, or none."),
    JSON(":json", "[LINE]", "Print the result of this line, or of the next one, as JSON."),
    LAST(":last", "[--json] [--save DIR]", "Print the latest result again, or save it; $_ is its text in arguments."),
    HISTORY("history", "[N]", "Print the latest lines."),
    HELP("help", "[COMMAND]", "List the commands, or describe one."),
    EXIT("exit", "", "Close all servers and leave; so does Ctrl-D.");

    private final String word;
    private final String arguments;
    private final String summary;

    BuiltIn(String word, String arguments, String summary) {
        this.word = word;
        this.arguments = arguments;
        this.summary = summary;
    }

    String word() {
        return word;
    }

    String usage() {
        return arguments.isEmpty() ? word : word + " " + arguments;
    }

    String summary() {
        return summary;
    }

    static @Nullable BuiltIn of(String word) {
        return switch (word) {
            case "quit" -> EXIT;
            case "$_" -> LAST;
            case "?" -> HELP;
            default ->
                Arrays.stream(values())
                        .filter(each -> each.word.equals(word))
                        .findFirst()
                        .orElse(null);
        };
    }

    static List<BuiltIn> all() {
        return List.of(values());
    }
}
