package dev.mcpflux.host;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.transport.Transport;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpPool;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.http.ProxySettings;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One server of a configuration file: what its keys say. Messages name the key and what was found, but never a value of
 * {@code env}, {@code headers}, {@code args} or {@code url}, which may be a secret.
 */
final class ServerEntry {

    /** A bare number from here on is likely meant as milliseconds, as other hosts have it. */
    private static final Duration IMPLAUSIBLE = Duration.ofSeconds(1000);

    private static final String STDIO = "stdio";

    /** What "type" may be, without its punctuation, for a server that is reached by a URL. */
    private static final Map<String, HttpKind> KINDS = Map.ofEntries(
            Map.entry("http", HttpKind.AUTO),
            Map.entry("remote", HttpKind.AUTO),
            Map.entry("streamablehttp", HttpKind.STREAMABLE),
            Map.entry("httpstreamable", HttpKind.STREAMABLE),
            Map.entry("streamable", HttpKind.STREAMABLE),
            Map.entry("streaminghttp", HttpKind.STREAMABLE),
            Map.entry("httpstreaming", HttpKind.STREAMABLE),
            Map.entry("httpstream", HttpKind.STREAMABLE),
            Map.entry("shttp", HttpKind.STREAMABLE),
            Map.entry("sse", HttpKind.SSE),
            Map.entry("httpsse", HttpKind.SSE));

    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryKeys keys;
    private final Variables variables;
    /** The variables that stand for something in the entry. */
    private final Map<String, String> expanded = new HashMap<>();

    ServerEntry(
            ConfigText text, String name, JsonNode entry, String pointer, UnaryOperator<@Nullable String> variables) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.keys = new EntryKeys(text, pointer, entry);
        this.variables = new Variables(variables, (variable, value) -> expanded.put("env:" + variable, value));
    }

    /** Which key switches the server off, with its place, or null if it is on. */
    @Nullable
    String off() {
        for (String key : keys.of("disabled")) {
            if (flag(key)) {
                return off(key);
            }
        }
        for (String key : keys.of("enabled")) {
            if (!flag(key)) {
                return off(key);
            }
        }
        return null;
    }

    private String off(String key) {
        return ConfigText.quoted(key) + " in " + text.place(ConfigText.member(pointer, key));
    }

    /** The server; fails with {@link McpConfigurationException} where the entry makes no sense. */
    ServerConfig read(HttpPool pool, @Nullable ProxySettings proxies) {
        if (!entry.isObject()) {
            throw text.problem(name, pointer, "expected an object, found " + ConfigText.kind(entry));
        }
        keys.warn();
        HttpKind kind = kind();
        Transport transport = kind == null ? stdio() : http(kind, pool, proxies);
        ServerConfig server = ServerConfig.of(transport).withRequired(flag("required"));
        Limit start = limit("startTimeout");
        Limit request = limit("timeout");
        if (start != null) {
            server = server.withStartTimeout(start.time(), start.source());
        }
        if (request != null) {
            server = server.withRequest(RequestOptions.within(request.time()).withSource(request.source()));
        }
        return server.withEra(era());
    }

    private @Nullable EraPolicy era() {
        String key = usual("era");
        String value = string(key);
        if (value == null) {
            return null;
        }
        try {
            return EraPolicy.of(value);
        } catch (IllegalArgumentException e) {
            throw problem(key, "expected \"auto\", \"modern\" or \"legacy\"" + found(key));
        }
    }

    // -- how it is reached

    /** By which transport of HTTP, or null for a process; what says both, or neither, is a mistake. */
    private @Nullable HttpKind kind() {
        String type = null;
        String typeKey = null;
        for (String key : keys.of("type")) {
            String value = type(key);
            if (type != null && !value.equals(type)) {
                throw problem(key, "contradicts " + ConfigText.quoted(String.valueOf(typeKey)));
            }
            type = value;
            typeKey = key;
        }
        boolean remote = type == null ? keys.has("url") : !type.equals(STDIO);
        String wanted = remote ? "url" : "command";
        String other = remote ? "command" : "url";
        if (!keys.has(wanted)) {
            throw text.problem(
                    name,
                    pointer,
                    remote
                            ? "expected \"url\", the address of the server"
                            : "expected \"command\", the program that is the server, or \"url\", its address");
        }
        if (keys.has(other)) {
            throw problem(usual("url"), "expected either \"command\" or \"url\"; this server has both");
        }
        return remote ? type == null ? HttpKind.AUTO : Objects.requireNonNull(KINDS.get(type)) : null;
    }

    /** The normal form of a type. */
    private String type(String key) {
        JsonNode node = entry.path(key);
        if (!node.isString()) {
            throw problem(
                    key,
                    "expected a string, found " + ConfigText.kind(node)
                            + (node.isObject() ? "; its members belong into the entry itself" : ""));
        }
        String value = String.valueOf(string(key));
        String normal = value.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        if (normal.equals(STDIO) || normal.equals("local")) {
            return STDIO;
        }
        if (!KINDS.containsKey(normal)) {
            throw problem(key, "expected \"stdio\", \"http\", \"streamable-http\" or \"sse\"" + found(key));
        }
        return normal;
    }

    private Transport http(HttpKind kind, HttpPool pool, @Nullable ProxySettings proxies) {
        String key = only("url");
        String url = string(key);
        HttpTransport.Builder transport;
        try {
            transport = HttpTransport.builder(name, url == null ? "" : url);
        } catch (IllegalArgumentException e) {
            throw problem(key, String.valueOf(e.getMessage()));
        }
        String headers = only("headers");
        strings(headers).forEach((header, value) -> {
            String place = ConfigText.member(ConfigText.member(pointer, headers), header);
            if (!HEADER.matcher(header).matches()) {
                throw text.problem(name, place, ConfigText.quoted(header) + " is no name of a header");
            }
            if (HttpTransport.sets(header)) {
                text.warn(
                        place,
                        "server '" + name + "': the header '" + header
                                + "' is set by the transport itself; it is ignored");
                return;
            }
            try {
                transport.header(header, value);
            } catch (IllegalArgumentException e) {
                throw text.problem(name, place, String.valueOf(e.getMessage()));
            }
        });
        String proxy = string(only("proxy"));
        if (proxy != null) {
            transport.proxy(proxy(proxy));
        } else if (proxies != null) {
            transport.proxy(proxies);
        }
        return transport.kind(kind).pool(pool).masked(expanded).build();
    }

    private ProxySettings proxy(String value) {
        if (value.isBlank() || value.strip().equalsIgnoreCase("none")) {
            return ProxySettings.none();
        }
        try {
            return ProxySettings.of(value);
        } catch (IllegalArgumentException e) {
            throw problem("proxy", String.valueOf(e.getMessage()));
        }
    }

    private Transport stdio() {
        String command = string(only("command"));
        if (command == null || command.isBlank()) {
            throw problem(only("command"), "expected the program that is the server, found an empty string");
        }
        String env = only("env");
        Map<String, String> environment = strings(env);
        environment.keySet().forEach(variable -> {
            if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf('\0') >= 0) {
                throw text.problem(
                        name,
                        ConfigText.member(ConfigText.member(pointer, env), variable),
                        ConfigText.quoted(variable) + " is no name of a variable");
            }
        });
        StdioTransport.Builder transport = StdioTransport.builder(name, command)
                .arguments(arguments(only("args")))
                .environment(environment);
        String cwd = only("cwd");
        String directory = string(cwd);
        if (directory != null) {
            // a relative one is relative to the file, so that the file can be used from anywhere
            try {
                transport.workingDirectory(text.sibling(directory));
            } catch (InvalidPathException e) {
                throw problem(cwd, "expected a path: " + e.getReason());
            }
        }
        return transport.masked(expanded).build();
    }

    private List<String> arguments(String key) {
        JsonNode node = entry.path(key);
        List<String> arguments = new ArrayList<>();
        if (node.isMissingNode() || node.isNull()) {
            return arguments;
        }
        if (!node.isArray()) {
            throw problem(key, "expected an array of strings, found " + ConfigText.kind(node));
        }
        for (int i = 0; i < node.size(); i++) {
            arguments.add(scalar(node.get(i), ConfigText.member(pointer, key) + "/" + i));
        }
        return arguments;
    }

    private Map<String, String> strings(String key) {
        JsonNode node = entry.path(key);
        Map<String, String> strings = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return strings;
        }
        if (!node.isObject()) {
            throw problem(key, "expected an object of strings, found " + ConfigText.kind(node));
        }
        node.forEachEntry((member, value) ->
                strings.put(member, scalar(value, ConfigText.member(ConfigText.member(pointer, key), member))));
        return strings;
    }

    // -- values

    /** The key by which a value is given; what gives it by two keys is a mistake, unless they say the same. */
    private String only(String key) {
        List<String> given = keys.of(key);
        for (String other : given) {
            if (!entry.path(other).equals(entry.path(given.get(0)))) {
                throw problem(
                        other,
                        "expected either " + ConfigText.quoted(given.get(0)) + " or " + ConfigText.quoted(other)
                                + "; they mean the same, and this server has both");
            }
        }
        return usual(key);
    }

    private String usual(String key) {
        List<String> given = keys.of(key);
        return given.isEmpty() ? key : given.get(0);
    }

    private @Nullable String string(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw problem(key, "expected a string, found " + ConfigText.kind(node));
        }
        return expand(node.stringValue(), ConfigText.member(pointer, key));
    }

    private boolean flag(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return false;
        }
        String word = node.isBoolean()
                ? String.valueOf(node.booleanValue())
                : node.isString() ? String.valueOf(string(key)).strip().toLowerCase(Locale.ROOT) : "";
        if (!word.equals("true") && !word.equals("false")) {
            throw problem(key, "expected true or false, found " + ConfigText.kind(node));
        }
        return word.equals("true");
    }

    /** A time, and where it comes from. */
    private record Limit(Duration time, String source) {}

    private @Nullable Limit limit(String name) {
        String key = only(name);
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        String place = ConfigText.member(pointer, key);
        String value = node.isNumber() ? text.literal(node, place) : node.isString() ? string(key) : null;
        Duration time = value == null ? null : Durations.read(value);
        if (value == null || time == null) {
            throw problem(key, Durations.expected() + foundTime(node, value));
        }
        if (!Durations.isBare(value)) {
            return new Limit(time, key + " in " + text.place(place));
        }
        if (time.compareTo(IMPLAUSIBLE) >= 0) {
            Duration meant = Duration.ofMillis(Long.parseLong(value.strip().replaceFirst("\\..*", "")));
            text.warn(
                    place,
                    key + " is read as seconds, " + Durations.text(time) + "; if milliseconds are meant, write \""
                            + Durations.text(meant) + "\"");
        }
        return new Limit(time, key + " in " + text.place(place) + ", read as seconds");
    }

    /** A number is quoted; a word may be anything. */
    private static String foundTime(JsonNode node, @Nullable String value) {
        boolean number =
                value != null && value.length() <= 24 && value.matches("[-+]?[0-9.][0-9.eE]*\\s?\\p{Alpha}{0,12}");
        return ", found " + (number && value != null ? "\"" + value + "\"" : ConfigText.kind(node));
    }

    /** What stands in the file, where that is a word. */
    private String found(String key) {
        String raw = entry.path(key).asString("");
        return ", found " + (raw.matches("[A-Za-z0-9 _+-]{1,32}") ? "\"" + raw + "\"" : "another string");
    }

    /** A string; numbers and booleans are taken as their text, which is what everybody means by them. */
    private String scalar(JsonNode node, String place) {
        if (node.isString()) {
            return expand(node.stringValue(), place);
        }
        if (node.isNumber() || node.isBoolean()) {
            return text.literal(node, place);
        }
        throw text.problem(name, place, "expected a string, found " + ConfigText.kind(node));
    }

    private String expand(String value, String place) {
        if (Variables.looksForeign(value)) {
            text.warn(
                    place,
                    "it is taken literally, and looks like a variable; write ${NAME} for one of the environment");
        }
        try {
            return variables.expand(value);
        } catch (IllegalArgumentException e) {
            throw text.problem(name, place, String.valueOf(e.getMessage()));
        }
    }

    private McpConfigurationException problem(String key, String problem) {
        return text.problem(name, ConfigText.member(pointer, key), problem);
    }
}
