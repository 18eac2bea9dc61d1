package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What every entry has to be, wherever it comes from, and what a person should be told about it. */
final class EntryCheck {

    private static final Set<String> SHELLS =
            Set.of("sh", "bash", "zsh", "dash", "ksh", "fish", "cmd", "powershell", "pwsh", "osascript", "wscript");

    /** Variables by which one program makes another load code. */
    private static final Set<String> LOADERS = Set.of(
            "LD_PRELOAD",
            "LD_LIBRARY_PATH",
            "LD_AUDIT",
            "DYLD_INSERT_LIBRARIES",
            "DYLD_LIBRARY_PATH",
            "NODE_OPTIONS",
            "PYTHONSTARTUP",
            "PERL5OPT",
            "RUBYOPT",
            "JAVA_TOOL_OPTIONS",
            "BASH_ENV",
            "PATH");

    /** Keys that say how a server is reached, which a person looks at anyway. */
    private static final Set<String> USUAL = Set.of(
            "command",
            "args",
            "env",
            "cwd",
            "url",
            "httpUrl",
            "serverUrl",
            "type",
            "transport",
            "headers",
            "description");

    private EntryCheck() {}

    /** Checks a URL in which no variables are left. */
    static void url(String name, ObjectNode entry) {
        JsonNode url = entry.path("url");
        if (!url.isString() || url.asString().contains("${")) {
            return;
        }
        if (!isHttp(url.asString())) {
            throw new McpConfigurationException(
                    name, "expected an http or https URL with a host; the values that were put into it make none");
        }
    }

    static boolean isHttp(String text) {
        try {
            URI uri = new URI(text);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return (scheme.equals("https") || scheme.equals("http")) && uri.getRawAuthority() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Notes what a stranger's entry does that is easily overlooked. */
    static void warn(Draft draft) {
        ObjectNode entry = draft.entry();
        String command = entry.path("command").asString("");
        String program = command.substring(Math.max(command.lastIndexOf('/'), command.lastIndexOf('\\')) + 1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\.exe$", "");
        if (SHELLS.contains(program)) {
            draft.note("the command is a shell (" + program + "): read its arguments before you start the server");
        }
        for (String variable : entry.path("env").propertyNames()) {
            if (LOADERS.contains(variable.toUpperCase(Locale.ROOT))) {
                draft.note("the environment variable " + variable + " is set, which can make programs load other code");
            }
        }
        for (String key : entry.propertyNames()) {
            if (!USUAL.contains(key)) {
                draft.note("also sets \"" + key + "\"");
            }
        }
        EntryTemplate.visit(
                entry,
                "",
                (pointer, text) -> EntryTemplate.environment(text)
                        .forEach(variable ->
                                draft.note("reads your environment variable " + variable + " (in " + pointer + ")")));
        if (entry.path("url").asString("").matches("(?i)http://(?!localhost\\b|127\\.|\\[::1]).*")) {
            draft.note("the URL is without TLS (http): others on the way can read and change what is sent");
        }
    }
}
