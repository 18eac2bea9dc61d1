package dev.mcpflux.benchmarks.client;

import java.io.ByteArrayOutputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The least that a client needs of JSON-RPC, with Jackson: what the hand-written references are made of. */
final class Wire {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final ObjectWriter WRITER = MAPPER.writer();

    static final Map<String, Object> INITIALIZE = Map.of(
            "protocolVersion",
            "2025-11-25",
            "capabilities",
            Map.of(),
            "clientInfo",
            Map.of("name", "reference", "version", "1"));

    private Wire() {}

    /**
     * What a response says.
     *
     * @param text of the first content, if it has any
     * @param tools how many tools it lists
     */
    record Reply(
            long id,
            @Nullable String text,
            int tools,
            @Nullable String error) {

        String result() {
            if (error != null || text == null) {
                throw new IllegalStateException(error != null ? error : "a result without a text");
            }
            return text;
        }
    }

    /** Appends a line; a negative id makes it a notification. */
    static void encode(ByteArrayOutputStream out, long id, String method, @Nullable Object params) {
        try (JsonGenerator json = WRITER.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("jsonrpc", "2.0");
            if (id >= 0) {
                json.writeNumberProperty("id", id);
            }
            json.writeStringProperty("method", method);
            if (params != null) {
                json.writePOJOProperty("params", params);
            }
            json.writeEndObject();
        }
        out.write('\n');
    }

    static void encodeCall(ByteArrayOutputStream out, long id, Call call) {
        try (JsonGenerator json = WRITER.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringProperty("jsonrpc", "2.0");
            json.writeNumberProperty("id", id);
            json.writeStringProperty("method", "tools/call");
            json.writeObjectPropertyStart("params");
            json.writeStringProperty("name", "echo");
            json.writePOJOProperty("arguments", call.arguments());
            json.writeEndObject();
            json.writeEndObject();
        }
        out.write('\n');
    }

    static Reply decode(byte[] bytes, int offset, int length) {
        long id = -1;
        String text = null;
        int tools = 0;
        String error = null;
        try (JsonParser json = MAPPER.createParser(bytes, offset, length)) {
            json.nextToken();
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken token = json.nextToken();
                switch (name) {
                    case "id" -> id = json.getLongValue();
                    case "error" -> error = json.readValueAsTree().toString();
                    case "result" -> {
                        for (String part = json.nextName(); part != null; part = json.nextName()) {
                            token = json.nextToken();
                            if (part.equals("content") && token == JsonToken.START_ARRAY) {
                                text = text(json);
                            } else if (part.equals("tools") && token == JsonToken.START_ARRAY) {
                                while (json.nextToken() == JsonToken.START_OBJECT) {
                                    tools++;
                                    json.skipChildren();
                                }
                            } else {
                                json.skipChildren();
                            }
                        }
                    }
                    default -> json.skipChildren();
                }
            }
        }
        return new Reply(id, text, tools, error);
    }

    private static @Nullable String text(JsonParser json) {
        String text = null;
        while (json.nextToken() == JsonToken.START_OBJECT) {
            for (String name = json.nextName(); name != null; name = json.nextName()) {
                JsonToken token = json.nextToken();
                if (name.equals("text") && token == JsonToken.VALUE_STRING) {
                    text = json.getString();
                } else {
                    json.skipChildren();
                }
            }
        }
        return text;
    }
}
