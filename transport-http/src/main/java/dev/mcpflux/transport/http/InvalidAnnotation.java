package dev.mcpflux.transport.http;

/**
 * An {@code x-mcp-header} that makes the definition of its tool invalid. The message says why and where, as a JSON
 * pointer into the schema, in printable words.
 */
final class InvalidAnnotation extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidAnnotation(String reason, JsonPlace place) {
        // where it was found says nothing: it is made for its message
        super("x-mcp-header at " + place + " " + reason, null, false, false);
    }
}
