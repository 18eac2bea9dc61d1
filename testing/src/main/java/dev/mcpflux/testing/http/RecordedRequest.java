package dev.mcpflux.testing.http;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A request that a {@link ScriptedHttpServer} has received.
 *
 * @param connection the number of the TCP connection that it came by, from 1
 * @param httpMethod {@code POST}, {@code GET}, {@code DELETE}
 * @param path the target of the request line, with its query
 * @param headers the names in lower case; of a header that is sent twice, both values joined by a comma
 * @param body as it was sent, in UTF-8; empty where there is none
 * @param message the body as JSON; a missing node where it is none
 */
public record RecordedRequest(
        int connection, String httpMethod, String path, Map<String, String> headers, String body, JsonNode message) {

    /** The JSON-RPC method, or an empty string. */
    public String method() {
        return message.path("method").asString("");
    }

    /** Whether this is a {@code POST} of this JSON-RPC method. */
    public boolean is(String rpcMethod) {
        return httpMethod.equals("POST") && method().equals(rpcMethod);
    }

    /** The value of a header, whatever the case of its name, or null. */
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }
}
