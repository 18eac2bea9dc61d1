package dev.mcpflux.host.config;

import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.config.form.ConfigForm;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.HttpTransport;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One server of a configuration file: what its keys say. Messages name the key and what was found, but never a value of
 * {@code env}, {@code headers}, {@code args} or {@code url}, which may be a secret.
 */
final class ServerEntry {

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

    /** What "type" may be elsewhere, and is not supported here. */
    private static final Set<String> WEB_SOCKET = Set.of("ws", "wss", "websocket");

    private static final Pattern UNSUPPORTED_URL = Pattern.compile("(?i)(ws|wss|unix|pipe|npipe):.*", Pattern.DOTALL);

    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryKeys keys;
    private final EntryValues values;

    /** A mistake that was found while the entry was turned into one with our keys. */
    private final @Nullable McpConfigurationException mistake;

    private final ConfigForm form;
    private final @Nullable String offElsewhere;

    /**
     * An entry.
     *
     * @param type the transport where it names none; null for the usual one
     * @param rules what is said about it elsewhere
     */
    ServerEntry(
            ConfigText text,
            String name,
            JsonNode written,
            String pointer,
            UnaryOperator<@Nullable String> variables,
            ConfigForm form,
            @Nullable String type,
            FileRules rules) {
        this.text = text;
        this.name = name;
        this.pointer = pointer;
        this.form = form;
        this.offElsewhere = rules.off(name);
        FormEntry ours = new FormEntry(text, form, name, pointer);
        this.entry = ours.read(written, type, rules.shared(name));
        this.mistake = ours.problem();
        this.keys = new EntryKeys(text, pointer, entry, form);
        this.values = new EntryValues(text, name, entry, pointer, keys, variables, ours::style);
    }

    /** The transport of HTTP that a word means, or null if it means none. */
    static @Nullable HttpKind kindOf(String type) {
        return KINDS.get(normal(type));
    }

    private static String normal(String type) {
        return type.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    }

    /** The server; an invalid one where the entry makes no sense. */
    ServerDefinition read() {
        ServerOptions options = ServerOptions.defaults();
        try {
            String off = off();
            if (off != null) {
                // its mistakes are nobody's business as long as it is off
                values.silence();
                options = options.mutate().disabled(off).build();
            }
            if (!entry.isObject()) {
                throw text.problem(name, pointer, "expected an object, found " + ConfigText.kind(entry));
            }
            if (off == null) {
                keys.warn();
            }
            if (mistake != null) {
                throw mistake;
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
        own.required(values.flag("required")).era(era());
        new SupervisionEntry(text, name, entry, pointer, values).read(own);
        if (keys.has("tools") || keys.has("policy")) {
            new ToolsEntry(text, name, entry, pointer, values).read(own);
        }
        EntryValues.Limit start = values.limit("startTimeout");
        EntryValues.Limit request = values.limit("timeout");
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
        if (offElsewhere != null) {
            return offElsewhere;
        }
        for (String key : keys.of("disabled")) {
            if (values.flag(key)) {
                return off(key);
            }
        }
        for (String key : keys.of("enabled")) {
            if (!values.flag(key)) {
                return off(key);
            }
        }
        return null;
    }

    private String off(String key) {
        return ConfigText.quoted(key) + " in " + text.place(ConfigText.member(pointer, key));
    }

    private @Nullable EraPolicy era() {
        String key = values.usual("era");
        String value = values.string(key);
        if (value == null) {
            return null;
        }
        try {
            return EraPolicy.of(value);
        } catch (IllegalArgumentException e) {
            throw values.problem(key, "expected \"auto\", \"modern\" or \"legacy\"" + values.found(key));
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
                throw values.problem(key, "contradicts " + ConfigText.quoted(String.valueOf(typeKey)));
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
            throw values.problem(values.usual("url"), "expected either \"command\" or \"url\"; this server has both");
        }
        if (!remote) {
            return null;
        }
        HttpKind kind = type == null ? form.urlAlone() : KINDS.get(type);
        if (kind == null) {
            throw text.problem(
                    name,
                    pointer,
                    "expected \"type\", \"http\" or \"sse\", since " + form.title()
                            + " does not reach a server by \"url\" alone");
        }
        return kind;
    }

    /** The normal form of a type. */
    private String type(String key) {
        JsonNode node = entry.path(key);
        if (!node.isString()) {
            throw values.problem(
                    key,
                    "expected a string, found " + ConfigText.kind(node)
                            + (node.isObject() ? "; its members belong into the entry itself" : ""));
        }
        String value = String.valueOf(values.string(key));
        String normal = normal(value);
        if (normal.equals(STDIO) || normal.equals("local")) {
            return STDIO;
        }
        if (WEB_SOCKET.contains(normal)) {
            throw values.problem(key, "WebSockets are not supported; there are \"stdio\", \"http\" and \"sse\"");
        }
        if (!KINDS.containsKey(normal)) {
            throw values.problem(
                    key, "expected \"stdio\", \"http\", \"streamable-http\" or \"sse\"" + values.found(key));
        }
        return normal;
    }

    private ServerDefinition http(HttpKind kind, ServerOptions options) {
        new SandboxEntry(text, name, entry, pointer, values).warnIfGiven();
        Template url = values.template(values.only("url"));
        checkUrl(url);
        Map<String, Template> sent = new LinkedHashMap<>();
        String headers = values.only("headers");
        values.templates(headers).forEach((header, value) -> {
            String place = ConfigText.member(ConfigText.member(pointer, headers), header);
            if (!HEADER.matcher(header).matches()) {
                throw text.problem(name, place, ConfigText.quoted(header) + " is no name of a header");
            }
            if (HttpTransport.isReserved(header)) {
                values.warn(
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
                values.template(values.only("proxy")),
                new AuthorizationEntry(text, name, entry, pointer, values).read(),
                HttpOptions.defaults(),
                options);
    }

    private void checkUrl(@Nullable Template url) {
        Matcher unsupported = UNSUPPORTED_URL.matcher(url == null ? "" : url.text());
        if (unsupported.matches()) {
            String scheme = unsupported.group(1).toLowerCase(Locale.ROOT);
            throw values.problem(
                    values.usual("url"),
                    (scheme.startsWith("ws")
                                    ? "WebSockets (" + scheme + ":) are not supported"
                                    : scheme.equals("unix")
                                            ? "HTTP over a Unix domain socket (unix:) is not supported"
                                            : "HTTP over a named pipe (" + scheme + ":) is not supported")
                            + "; expected a URL that begins with http:// or https://");
        }
    }

    private ServerDefinition stdio(ServerOptions options) {
        Template command = values.template(values.only("command"));
        String env = values.only("env");
        Map<String, Template> environment = values.templates(env);
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
                values.arguments(values.only("args")),
                environment,
                values.template(values.only("envFile")),
                values.template(values.only("cwd")),
                text.base(form),
                new SandboxEntry(text, name, entry, pointer, values).read(),
                options);
    }
}
