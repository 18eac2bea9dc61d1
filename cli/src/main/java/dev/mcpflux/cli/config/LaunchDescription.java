package dev.mcpflux.cli.config;

import dev.mcpflux.cli.argument.ShellWords;
import dev.mcpflux.host.approval.MaskedText;
import dev.mcpflux.host.config.ServerDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Describes to a person what will be started or contacted for a server. */
public final class LaunchDescription {

    private LaunchDescription() {}

    /** The command line without its secrets, or the origin of the URL. */
    public static String describe(ServerDefinition server) {
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
            boolean names = MaskedText.isSecretName(name);
            boolean option = word.startsWith("-");
            if ((secret && !option) || (MaskedText.looksSecret(word) && MaskedText.endOfSecretName(word) < 0)) {
                shown.add("…");
            } else if (MaskedText.endOfSecretName(word) > 0 && equals < 0) {
                shown.add(ShellWords.quote(word.substring(0, MaskedText.endOfSecretName(word)) + "…"));
            } else {
                shown.add(names && equals >= 0 ? name + "=…" : ShellWords.quote(word));
            }
            secret = (option && names && equals < 0)
                    || word.toLowerCase(Locale.ROOT).endsWith("bearer");
        }
        return shown;
    }
}
