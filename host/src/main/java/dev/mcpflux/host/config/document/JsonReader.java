package dev.mcpflux.host.config.document;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON with comments and trailing commas as editors write them, and JSON5. */
final class JsonReader implements DocumentTree.Reader {

    static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
            .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
            // values are read one by one, to know their places
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** Made when the first file of that syntax is read. */
    private static final class Json5 {

        static final JsonMapper MAPPER = JsonReader.MAPPER
                .rebuild()
                .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .enable(JsonReadFeature.ALLOW_UNQUOTED_PROPERTY_NAMES)
                .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_TRAILING_DECIMAL_POINT_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_LEADING_PLUS_SIGN_FOR_NUMBERS)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                .build();
    }

    private final ConfigSyntax syntax;
    private final JsonMapper mapper;

    JsonReader(ConfigSyntax syntax) {
        this.syntax = syntax;
        this.mapper = syntax == ConfigSyntax.JSON5 ? Json5.MAPPER : MAPPER;
    }

    @Override
    public JsonNode read(String text, DocumentTree tree) {
        try (JsonParser parser = mapper.createParser(text)) {
            if (parser.nextToken() == null) {
                return DocumentTree.nothing();
            }
            JsonNode root = value(parser, "", 1, tree);
            if (parser.nextToken() != null) {
                throw tree.problem(start(parser), "expected the end of the file after its object");
            }
            return root;
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            // the cause quotes words of the file, and is left out
            throw new DocumentException(
                    Math.max(0, line),
                    Math.max(0, column),
                    "it is not " + syntax.title() + ": " + ParserMessage.safe(e.getOriginalMessage()));
        }
    }

    private static int start(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private JsonNode value(JsonParser parser, String pointer, int depth, DocumentTree tree) {
        int start = start(parser);
        JsonToken token = parser.currentToken();
        tree.enter(token.isStructStart() ? depth : 0, start);
        if (token == JsonToken.START_OBJECT) {
            ObjectNode object = mapper.createObjectNode();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                String member = ConfigDocument.member(pointer, name);
                JsonNode value = value(parser, member, depth + 1, tree);
                if (object.replace(name, value) != null) {
                    tree.duplicate(member);
                }
            }
            tree.place(pointer, start, start(parser) + 1);
            return object;
        }
        if (token == JsonToken.START_ARRAY) {
            ArrayNode array = mapper.createArrayNode();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                array.add(value(parser, pointer + "/" + array.size(), depth + 1, tree));
            }
            tree.place(pointer, start, start(parser) + 1);
            return array;
        }
        String text = parser.getString();
        if (token.isNumeric() || token.isBoolean()) {
            tree.literals.put(pointer, text);
        }
        // a string is read to its end by now
        int end = token == JsonToken.VALUE_STRING
                ? (int) parser.currentLocation().getCharOffset()
                : start + text.length();
        tree.place(pointer, start, end);
        return mapper.readTree(parser);
    }
}
