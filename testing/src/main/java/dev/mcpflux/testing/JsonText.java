package dev.mcpflux.testing;

import dev.mcpflux.jsonrpc.McpJson;

/** Turns what a test writes into JSON. */
final class JsonText {

    private JsonText() {}

    /** The JSON of a record, a map or a tree; a string is JSON already, with single quotes where it has no double ones. */
    static String of(Object value) {
        if (!(value instanceof String text)) {
            return McpJson.mapper().writeValueAsString(value);
        }
        return text.indexOf('"') < 0 ? text.replace('\'', '"') : text;
    }
}
