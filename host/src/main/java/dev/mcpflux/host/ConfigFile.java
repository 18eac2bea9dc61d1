package dev.mcpflux.host;

import dev.mcpflux.session.EraPolicy;
import dev.mcpflux.session.RequestOptions;
import dev.mcpflux.transport.Transport;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpPool;
import dev.mcpflux.transport.http.HttpTransport;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the widely used {@code mcpServers} file, with comments and trailing commas as editors write them. Keeps the line
 * of every value, so that a mistake is reported with its place.
 */
final class ConfigFile {

    private static final String ROOT = "mcpServers";
    private static final Set<String> SERVER_KEYS = Set.of(
            "command",
            "args",
            "env",
            "cwd",
            "type",
            "required",
            "disabled",
            "startTimeout",
            "timeout",
            "era",
            "url",
            "headers");

    /** Keys of other hosts that mean nothing here and are no mistake. */
    private static final Set<String> TOLERATED =
            Set.of("alwaysAllow", "autoApprove", "description", "name", "icon", "gallery", "version");

    /** What "type" may be for a server that is reached by a URL. */
    private static final Map<String, HttpKind> KINDS = Map.of(
            "http", HttpKind.AUTO,
            "streamable-http", HttpKind.STREAMABLE,
            "streamableHttp", HttpKind.STREAMABLE,
            "sse", HttpKind.SSE);

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]*)}");
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m)?");

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            // values are read one by one, to know their lines
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final UnaryOperator<@Nullable String> variables;
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Map<String, String> literals = new HashMap<>();
    /** The variables that stand for something in the entry that is being read. */
    private final Map<String, String> expanded = new HashMap<>();

    /** One for all servers of the file. */
    private final HttpPool pool = HttpPool.create();

    private final HostConfig.Builder config = HostConfig.builder();

    ConfigFile(Path file, UnaryOperator<@Nullable String> variables) {
        this.file = file;
        this.variables = variables;
    }

    HostConfig read() {
        JsonNode root = parse(text());
        if (!root.isObject()) {
            throw problem(null, "", "expected an object with \"" + ROOT + "\", found " + kind(root));
        }
        JsonNode servers = root.get(ROOT);
        if (servers == null) {
            throw problem(
                    null,
                    "",
                    "expected \"" + ROOT + "\"" + (root.has("servers") ? ", found \"servers\"" : " at the top level"));
        }
        if (!servers.isObject()) {
            throw problem(null, "/" + ROOT, "expected an object of servers by name, found " + kind(servers));
        }
        for (String key : root.propertyNames()) {
            if (!key.equals(ROOT)) {
                warn("/" + escape(key), "unknown key \"" + key + "\" is ignored");
            }
        }
        servers.forEachEntry((name, entry) -> server(name, entry));
        return config.build();
    }

    private String text() {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new McpConfigurationException(null, file, 0, null, "there is no such file", e);
        } catch (CharacterCodingException e) {
            throw new McpConfigurationException(null, file, 0, null, "it is not UTF-8 text", e);
        } catch (IOException e) {
            throw new McpConfigurationException(null, file, 0, null, "it cannot be read: " + e.getMessage(), e);
        }
    }

    private JsonNode parse(String text) {
        // a byte-order mark is what some editors write
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try (JsonParser parser = MAPPER.createParser(content)) {
            if (parser.nextToken() == null) {
                throw problem(null, "", "it is empty; expected an object with \"" + ROOT + "\"");
            }
            JsonNode root = value(parser, "");
            if (parser.nextToken() != null) {
                throw new McpConfigurationException(
                        null,
                        file,
                        parser.currentTokenLocation().getLineNr(),
                        null,
                        "expected the end of the file after its object",
                        null);
            }
            return root;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            // a word that is quoted may be a part of a secret; the cause, which quotes it too, is left out
            String reason =
                    e.getOriginalMessage().lines().findFirst().orElse("").replaceAll("'[^']{2,}'", "'…'");
            throw new McpConfigurationException(null, file, line, null, "it is not JSON: " + reason, null);
        }
    }

    /** The value at the parser, noting the line of it and of everything in it. */
    private JsonNode value(JsonParser parser, String pointer) {
        lines.put(pointer, parser.currentTokenLocation().getLineNr());
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            ObjectNode object = MAPPER.createObjectNode();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                String member = pointer + "/" + escape(name);
                JsonNode value = value(parser, member);
                if (object.replace(name, value) != null) {
                    warn(member, "\"" + name + "\" is given twice; the last one counts");
                }
            }
            return object;
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            ArrayNode array = MAPPER.createArrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser, pointer + "/" + array.size()));
            }
            return array;
        }
        if (parser.currentToken().isNumeric()) {
            literals.put(pointer, parser.getString());
        }
        return MAPPER.readTree(parser);
    }

    private void server(String name, JsonNode entry) {
        String pointer = "/" + ROOT + "/" + escape(name);
        try {
            String wrongName = ServerConfig.nameProblem(name);
            if (wrongName != null) {
                // there is no server of that name to fail, so this one is told and left out
                warn(pointer, "server '" + name + "' is left out: its name " + wrongName);
                return;
            }
            if (entry.isObject() && flag(name, entry, pointer, "disabled")) {
                return;
            }
            config.server(parseServer(name, entry, pointer));
        } catch (McpConfigurationException e) {
            boolean required = entry.path("required").asBoolean(false);
            config.server(ServerConfig.of(new BrokenTransport(name, e::again)).withRequired(required));
        }
    }

    private ServerConfig parseServer(String name, JsonNode entry, String pointer) {
        if (!entry.isObject()) {
            throw problem(name, pointer, "expected an object, found " + kind(entry));
        }
        for (String key : entry.propertyNames()) {
            if (!SERVER_KEYS.contains(key) && !TOLERATED.contains(key)) {
                warn(pointer + "/" + escape(key), "unknown key \"" + key + "\" is ignored");
            }
        }
        expanded.clear();
        Transport transport = remote(name, entry, pointer) ? http(name, entry, pointer) : stdio(name, entry, pointer);
        ServerConfig server = ServerConfig.of(transport).withRequired(flag(name, entry, pointer, "required"));
        Duration start = duration(name, entry, pointer, "startTimeout");
        Duration request = duration(name, entry, pointer, "timeout");
        server = start == null ? server : server.withStartTimeout(start);
        server = request == null ? server : server.withRequest(RequestOptions.within(request));
        String era = text(name, entry, pointer, "era");
        try {
            return era == null ? server : server.withEra(EraPolicy.of(era));
        } catch (IllegalArgumentException e) {
            throw problem(name, pointer + "/era", String.valueOf(e.getMessage()));
        }
    }

    /** Whether the server is reached by a URL; what says both, or neither, is a mistake. */
    private boolean remote(String name, JsonNode entry, String pointer) {
        String type = text(name, entry, pointer, "type");
        if (type != null && !type.equals("stdio") && !KINDS.containsKey(type)) {
            throw problem(name, pointer + "/type", "expected \"stdio\", \"http\", \"streamable-http\" or \"sse\"");
        }
        boolean remote = type == null ? entry.has("url") : !type.equals("stdio");
        String wanted = remote ? "url" : "command";
        String other = remote ? "command" : "url";
        if (!entry.has(wanted)) {
            throw problem(
                    name,
                    pointer,
                    remote
                            ? "expected \"url\", the address of the server"
                            : "expected \"command\", the program that is the server, or \"url\", its address");
        }
        if (entry.has(other)) {
            throw problem(name, pointer + "/url", "expected either \"command\" or \"url\"; this server has both");
        }
        return remote;
    }

    private Transport http(String name, JsonNode entry, String pointer) {
        String url = text(name, entry, pointer, "url");
        String type = text(name, entry, pointer, "type");
        HttpTransport.Builder transport;
        try {
            transport = HttpTransport.builder(name, url == null ? "" : url);
        } catch (IllegalArgumentException e) {
            throw problem(name, pointer + "/url", String.valueOf(e.getMessage()));
        }
        strings(name, entry, pointer, "headers").forEach((header, value) -> {
            try {
                transport.header(header, value);
            } catch (IllegalArgumentException e) {
                throw problem(name, pointer + "/headers/" + escape(header), String.valueOf(e.getMessage()));
            }
        });
        return transport
                .kind(KINDS.getOrDefault(type == null ? "http" : type, HttpKind.AUTO))
                .pool(pool)
                .masked(expanded)
                .build();
    }

    private Transport stdio(String name, JsonNode entry, String pointer) {
        String command = text(name, entry, pointer, "command");
        if (command == null) {
            throw problem(name, pointer, "expected \"command\", the program that is the server");
        }
        StdioTransport.Builder transport = StdioTransport.builder(name, command)
                .arguments(arguments(name, entry, pointer))
                .environment(strings(name, entry, pointer, "env"));
        String directory = text(name, entry, pointer, "cwd");
        if (directory != null) {
            // a relative one is relative to the file, so that the file can be used from anywhere
            Path base = file.toAbsolutePath().getParent();
            try {
                transport.workingDirectory(base == null ? Path.of(directory) : base.resolve(directory));
            } catch (InvalidPathException e) {
                throw problem(name, pointer + "/cwd", "expected a path: " + e.getReason());
            }
        }
        return transport.masked(expanded).build();
    }

    private List<String> arguments(String name, JsonNode entry, String pointer) {
        JsonNode node = entry.get("args");
        List<String> arguments = new ArrayList<>();
        if (node == null || node.isNull()) {
            return arguments;
        }
        if (!node.isArray()) {
            throw problem(name, pointer + "/args", "expected an array of strings, found " + kind(node));
        }
        for (int i = 0; i < node.size(); i++) {
            arguments.add(scalar(name, node.get(i), pointer + "/args/" + i));
        }
        return arguments;
    }

    private Map<String, String> strings(String name, JsonNode entry, String pointer, String key) {
        JsonNode node = entry.get(key);
        Map<String, String> strings = new LinkedHashMap<>();
        if (node == null || node.isNull()) {
            return strings;
        }
        String place = pointer + "/" + key;
        if (!node.isObject()) {
            throw problem(name, place, "expected an object of strings, found " + kind(node));
        }
        node.forEachEntry((member, value) -> strings.put(member, scalar(name, value, place + "/" + escape(member))));
        return strings;
    }

    private @Nullable String text(String name, JsonNode entry, String pointer, String key) {
        JsonNode node = entry.get(key);
        if (node == null || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw problem(name, pointer + "/" + key, "expected a string, found " + kind(node));
        }
        return expand(name, node.stringValue(), pointer + "/" + key);
    }

    private boolean flag(String name, JsonNode entry, String pointer, String key) {
        JsonNode node = entry.get(key);
        if (node == null || node.isNull()) {
            return false;
        }
        if (!node.isBoolean()) {
            throw problem(name, pointer + "/" + key, "expected true or false, found " + kind(node));
        }
        return node.booleanValue();
    }

    private @Nullable Duration duration(String name, JsonNode entry, String pointer, String key) {
        JsonNode node = entry.get(key);
        if (node == null || node.isNull()) {
            return null;
        }
        Duration duration =
                parseDuration(node.isNumber() ? node.asString() : node.isString() ? node.stringValue() : "");
        if (duration == null) {
            throw problem(
                    name,
                    pointer + "/" + key,
                    "expected a time like \"30s\", \"500ms\" or \"2m\" (a bare number is milliseconds), found "
                            + kind(node));
        }
        return duration;
    }

    static @Nullable Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches() || matcher.group(1).length() > 9) {
            return null;
        }
        long amount = Long.parseLong(matcher.group(1));
        String unit = matcher.group(2) == null ? "ms" : matcher.group(2);
        Duration duration = switch (unit) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofMillis(amount);
        };
        return duration.isZero() ? null : duration;
    }

    /** A string; numbers and booleans are taken as their text, which is what everybody means by them. */
    private String scalar(String name, JsonNode node, String pointer) {
        if (node.isString()) {
            return expand(name, node.stringValue(), pointer);
        }
        if (node.isNumber() || node.isBoolean()) {
            // as it stands in the file: 1.10 is a version, not 1.1
            return literals.getOrDefault(pointer, node.asString());
        }
        throw problem(name, pointer, "expected a string, found " + kind(node));
    }

    private String expand(String name, String text, String pointer) {
        return VARIABLE.matcher(text).replaceAll(match -> {
            String value = variables.apply(match.group(1));
            if (value == null) {
                throw problem(name, pointer, "the environment variable " + match.group(1) + " is not set");
            }
            expanded.put("env:" + match.group(1), value);
            return Matcher.quoteReplacement(value);
        });
    }

    private McpConfigurationException problem(@Nullable String server, String pointer, String problem) {
        return new McpConfigurationException(server, file, lines.getOrDefault(pointer, 0), pointer, problem, null);
    }

    private void warn(String pointer, String warning) {
        config.warning(file + ", line " + lines.getOrDefault(pointer, 0) + ", " + pointer + ": " + warning);
    }

    private static String escape(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    private static String kind(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            default -> "null";
        };
    }
}
