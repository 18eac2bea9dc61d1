package dev.mcpflux.host.config;

import dev.mcpflux.transport.http.HttpTransport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Scheme, host and port of a URL as they are configured; the rest of it may be a secret. */
final class Origin {

    private static final Pattern AUTHORITY = Pattern.compile(
            "(?i)(https?://)(?:[^/?#@]*@)?((?:[a-z0-9._-]|\\$\\{[^{}/?#@]*})+(?::(?:\\d{1,5}|\\$\\{\\w+}))?)(?:[/?#].*)?");

    private Origin() {}

    /** The origin of the URL of a server, for a person. */
    static String of(String name, Template url) {
        String text = url.plain().strip();
        if (!url.hasVariables()) {
            try {
                return HttpTransport.builder(name, text).build().origin();
            } catch (IllegalArgumentException e) {
                return "no URL";
            }
        }
        Matcher authority = AUTHORITY.matcher(text);
        return authority.matches() ? authority.group(1) + authority.group(2) : "a URL with variables";
    }
}
