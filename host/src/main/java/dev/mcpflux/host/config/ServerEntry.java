package dev.mcpflux.host.config;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioOptions;
import java.time.Duration;
import java.util.ArrayList;
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
    /** Whether it is read without warnings, since it is switched off. */
    private boolean quiet;

    ServerEntry(
            ConfigText text, String name, JsonNode entry, String pointer, UnaryOperator<@Nullable String> variables) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.keys = new EntryKeys(text, pointer, entry);
        this.variables = new Variables(variables, (variable, value) -> {});
    }

    /** The server; an invalid one where the entry makes no sense. */
    ServerDefinition read() {
        ServerOptions options = ServerOptions.defaults();
        try {
            String off = off();
            if (off != null) {
                // its mistakes are nobody's business as long as it is off
                quiet = true;
                options = options.mutate().disabled(off).build();
            }
            if (!entry.isObject()) {
                throw text.problem(name, pointer, "expected an object, found " + ConfigText.kind(entry));
            }
            if (!quiet) {
                keys.warn();
            }
            HttpKind kind = kind();
            ServerDefinition server = kind == null ? stdio(options) : http(kind, options);
            return server.with(this::options);
        } catch (McpConfigurationException e) {
            return e.asDefinition(
                    name,
                    options.mutate()
                            .required(entry.path("required").asBoolean(false))
                            .build());
        }
    }

    private ServerOptions.Builder options(ServerOptions.Builder own) {
        own.required(flag("required")).era(era());
        Limit start = limit("startTimeout");
        Limit request = limit("timeout");
        if (start != null) {
            own.startTimeout(start.time(), start.source());
        }
        if (request != null) {
            own.request(RequestOptions.within(request.time())
                    .mutate()
                    .source(request.source())
                    .build());
        }
        return own;
    }

    /** Which key switches the server off, with its place, or null if it is on. */
    private @Nullable String off() {
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

    private ServerDefinition http(HttpKind kind, ServerOptions options) {
        Template url = template(only("url"));
        Map<String, Template> sent = new LinkedHashMap<>();
        String headers = only("headers");
        templates(headers).forEach((header, value) -> {
            String place = ConfigText.member(ConfigText.member(pointer, headers), header);
            if (!HEADER.matcher(header).matches()) {
                throw text.problem(name, place, ConfigText.quoted(header) + " is no name of a header");
            }
            if (HttpTransport.isReserved(header)) {
                warn(
                        place,
                        "server '" + name + "': the header '" + header
                                + "' is set by the transport itself; it is ignored");
            } else {
                sent.put(header, value);
            }
        });
        return new ServerDefinition.Http(
                name,
                url == null ? Template.of("") : url,
                kind,
                sent,
                template(only("proxy")),
                HttpOptions.defaults(),
                options);
    }

    private ServerDefinition stdio(ServerOptions options) {
        Template command = template(only("command"));
        String env = only("env");
        Map<String, Template> environment = templates(env);
        environment.keySet().forEach(variable -> {
            if (variable.isEmpty() || variable.indexOf('=') >= 0 || variable.indexOf('\0') >= 0) {
                throw text.problem(
                        name,
                        ConfigText.member(ConfigText.member(pointer, env), variable),
                        ConfigText.quoted(variable) + " is no name of a variable");
            }
        });
        return new ServerDefinition.Stdio(
                name,
                command == null ? Template.of("") : command,
                arguments(only("args")),
                environment,
                template(only("cwd")),
                text.directory(),
                StdioOptions.defaults(),
                options);
    }

    private List<Template> arguments(String key) {
        JsonNode node = entry.path(key);
        List<Template> arguments = new ArrayList<>();
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

    private Map<String, Template> templates(String key) {
        JsonNode node = entry.path(key);
        Map<String, Template> templates = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return templates;
        }
        if (!node.isObject()) {
            throw problem(key, "expected an object of strings, found " + ConfigText.kind(node));
        }
        node.forEachEntry((member, value) ->
                templates.put(member, scalar(value, ConfigText.member(ConfigText.member(pointer, key), member))));
        return templates;
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

    /** A string with its variables, or null where it is not given. */
    private @Nullable String string(String key) {
        Template template = template(key);
        return template == null ? null : template.resolve(name, variables);
    }

    /** A string whose variables are resolved when the server starts, or null where it is not given. */
    private @Nullable Template template(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw problem(key, "expected a string, found " + ConfigText.kind(node));
        }
        return template(node.stringValue(), ConfigText.member(pointer, key));
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
            warn(
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
    private Template scalar(JsonNode node, String place) {
        if (node.isString()) {
            return template(node.stringValue(), place);
        }
        if (node.isNumber() || node.isBoolean()) {
            return Template.of(text.literal(node, place), text.at(place));
        }
        throw text.problem(name, place, "expected a string, found " + ConfigText.kind(node));
    }

    private Template template(String value, String place) {
        if (Variables.looksForeign(value)) {
            warn(place, "it is taken literally, and looks like a variable; write ${NAME} for one of the environment");
        }
        return Template.of(value, text.at(place));
    }

    private void warn(String place, String warning) {
        if (!quiet) {
            text.warn(place, warning);
        }
    }

    private McpConfigurationException problem(String key, String problem) {
        return text.problem(name, ConfigText.member(pointer, key), problem);
    }
}
