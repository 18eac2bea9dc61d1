package dev.mcpflux.jsonrpc;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/**
 * The error object of a JSON-RPC response (JSON-RPC 2.0, section 5.1).
 *
 * @param code the kind of the error; see the constants
 * @param message one sentence
 * @param data additional data of the peer, as sent
 */
public record JsonRpcError(
        int code, String message, @Nullable JsonNode data) implements DirectlyWritten {

    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;

    /** A resource that does not exist, from servers up to 2025-11-25; newer ones use {@link #INVALID_PARAMS}. */
    public static final int RESOURCE_NOT_FOUND = -32002;
    /** The person has to open an address first (2025-11-25 only). */
    public static final int URL_ELICITATION_REQUIRED = -32042;
    /** Headers that contradict the message (since 2026-07-28). */
    public static final int HEADER_MISMATCH = -32020;
    /** The client lacks a capability that the request needs (since 2026-07-28). */
    public static final int MISSING_REQUIRED_CLIENT_CAPABILITY = -32021;
    /** A revision that the server does not support (since 2026-07-28). */
    public static final int UNSUPPORTED_PROTOCOL_VERSION = -32022;

    public JsonRpcError {
        // the specification requires a message; a peer without one is still accepted
        message = message == null ? "" : message;
    }

    public JsonRpcError(int code, String message) {
        this(code, message, null);
    }

    /** See {@link DirectReader}. */
    static JsonRpcError read(JsonParser parser) {
        int code = 0;
        String message = null;
        JsonNode data = null;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            JsonToken token = parser.nextToken();
            switch (name) {
                case "code" -> {
                    Integer known =
                            token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() == JsonParser.NumberType.INT
                                    ? Integer.valueOf(parser.getIntValue())
                                    : JsonValues.bound(parser, Integer.class);
                    code = known == null ? 0 : known;
                }
                case "message" -> message = JsonValues.text(parser);
                case "data" -> data = JsonValues.tree(parser);
                default -> parser.skipChildren();
            }
        }
        return new JsonRpcError(code, message == null ? "" : message, data);
    }

    @Override
    public void writeTo(JsonGenerator json) {
        json.writeStartObject();
        json.writeNumberProperty("code", code);
        json.writeStringProperty("message", message);
        JsonValues.member("data", data, json);
        json.writeEndObject();
    }
}
