package dev.mcpflux.transport.http.headers;

/**
 * An {@code x-mcp-header} that makes the definition of its tool invalid. The message says why and where, as a JSON
 * pointer into the schema, in printable characters.
 */
final class InvalidAnnotation extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidAnnotation(String reason, JsonPlace place) {
        // without a stack trace, since only its message is used
        super("x-mcp-header at " + place + " " + reason, null, false, false);
    }
}
