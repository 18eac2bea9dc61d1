package dev.mcpflux.host.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * A configuration file as JSON, with comments and trailing commas as editors write them. Keeps the line of every value, so
 * that a mistake is reported with its place, and what was found that is no mistake but odd.
 */
final class ConfigText {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            // values are read one by one, to know their lines
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path file;
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final Map<String, String> literals = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    ConfigText(Path file) {
        this.file = file;
    }

    /** Reads the file; fails with {@link McpConfigurationException} if it cannot be read or is no JSON. */
    JsonNode read() {
        String text = text();
        // a byte-order mark is what some editors write
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        try (JsonParser parser = MAPPER.createParser(content)) {
            if (parser.nextToken() == null) {
                throw problem(null, "", "it is empty; expected an object with \"" + ConfigFile.ROOT + "\"");
            }
            JsonNode root = value(parser, "");
            if (parser.nextToken() != null) {
                throw problem(
                        parser.currentTokenLocation().getLineNr(), "expected the end of the file after its object");
            }
            return root;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            // a word that is quoted may be a part of a secret; the cause, which quotes it too, is left out
            String reason =
                    e.getOriginalMessage().lines().findFirst().orElse("").replaceAll("'[^']{2,}'", "'…'");
            throw problem(line, "it is not JSON: " + reason);
        }
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

    /** The value at the parser, noting the line of it and of everything in it. */
    private JsonNode value(JsonParser parser, String pointer) {
        lines.put(pointer, parser.currentTokenLocation().getLineNr());
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            ObjectNode object = MAPPER.createObjectNode();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                String member = member(pointer, name);
                JsonNode value = value(parser, member);
                if (object.replace(name, value) != null) {
                    warn(member, quoted(name) + " is given twice; the last one counts");
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

    /** A number or a boolean as it stands in the file: 1.10 is a version, and not 1.1. */
    String literal(JsonNode node, String pointer) {
        return literals.getOrDefault(pointer, node.asString());
    }

    /** The place of a member, as a JSON pointer (RFC 6901). */
    static String member(String pointer, String name) {
        return pointer + "/" + name.replace("~", "~0").replace("/", "~1");
    }

    /** A place for a person, such as {@code mcp.json, line 3, /mcpServers/a}. */
    String place(String pointer) {
        return file + ", line " + lines.getOrDefault(pointer, 0) + ", " + shown(pointer);
    }

    void warn(String pointer, String warning) {
        warnings.add(place(pointer) + ": " + warning);
    }

    List<String> warnings() {
        return warnings;
    }

    McpConfigurationException problem(@Nullable String server, String pointer, String problem) {
        return new McpConfigurationException(
                server, file, lines.getOrDefault(pointer, 0), shown(pointer), problem, null);
    }

    private McpConfigurationException problem(int line, String problem) {
        return new McpConfigurationException(null, file, line, null, problem, null);
    }

    /** Where the file is. */
    @Nullable
    Path directory() {
        return file.toAbsolutePath().getParent();
    }

    ConfigPlace at(String pointer) {
        return new ConfigPlace(file, lines.getOrDefault(pointer, 0), shown(pointer));
    }

    /**
     * A key for a message. One that no key looks like, such as {@code "Authorization: Bearer …"}, may hold a value, and ends
     * where that may begin.
     */
    static String quoted(String key) {
        return "\"" + shortened(key) + "\"";
    }

    private static String shown(String pointer) {
        StringBuilder shown = new StringBuilder();
        int members = 0;
        for (String part : pointer.split("/", -1)) {
            // the name of a server is not one of those that hold values
            shown.append(members == 0 ? "" : "/").append(members <= 2 ? part : shortened(part));
            members++;
        }
        return shown.toString();
    }

    private static String shortened(String key) {
        int end = 0;
        while (end < key.length() && end < 64 && " \t\r\n=:;,\"'".indexOf(key.charAt(end)) < 0) {
            end++;
        }
        return end == key.length() ? key : key.substring(0, end) + "…";
    }

    /** What a value is, without the value. */
    static String kind(JsonNode node) {
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
