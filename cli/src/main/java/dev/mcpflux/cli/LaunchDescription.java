package dev.mcpflux.cli;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Describes to a person what will be started or contacted for a server. */
final class LaunchDescription {

    /** Options whose values may be secrets, however they got into the arguments. */
    private static final Pattern SECRET =
            Pattern.compile("token|secret|passw|api.?key|auth|credential|bearer", Pattern.CASE_INSENSITIVE);

    private LaunchDescription() {}

    static String describe(ServerDefinition server) {
        if (server instanceof ServerDefinition.Stdio process) {
            return String.join(" ", shown(process.commandLine()));
        }
        if (server instanceof ServerDefinition.Http http) {
            return http.origin();
        }
        return server instanceof ServerDefinition.Invalid ? "nothing, its configuration is wrong" : "a transport";
    }

    private static List<String> shown(List<String> words) {
        List<String> shown = new ArrayList<>();
        boolean secret = false;
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            boolean names = SECRET.matcher(name).find();
            boolean option = word.startsWith("-");
            if (secret && !option) {
                shown.add("…");
            } else {
                shown.add(names && equals >= 0 ? name + "=…" : ShellWords.quote(word));
            }
            secret = (option && names && equals < 0)
                    || word.toLowerCase(Locale.ROOT).endsWith("bearer");
        }
        return shown;
    }
}
