package dev.mcpflux.cli;

import dev.mcpflux.transport.Transport;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What is started or reached for a server, for a person to look at before it is. */
final class Launches {

    /** Options whose values are nobody's business, however they got into the arguments. */
    private static final Pattern SECRET =
            Pattern.compile("token|secret|passw|api.?key|auth|credential|bearer", Pattern.CASE_INSENSITIVE);

    private Launches() {}

    static String describe(Transport transport) {
        if (transport instanceof StdioTransport process) {
            return String.join(" ", shown(process.commandLine()));
        }
        return transport instanceof HttpTransport http ? http.origin() : transport.toString();
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
                shown.add(names && equals >= 0 ? name + "=…" : Words.quote(word));
            }
            secret = (option && names && equals < 0)
                    || word.toLowerCase(Locale.ROOT).endsWith("bearer");
        }
        return shown;
    }
}
