package dev.mcpflux.transport.http;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A session of the legacy era (specification 2025-11-25: basic/transports, session management). A new one has a new object,
 * so that who met its end can tell whether somebody else has already begun another. It belongs to the one caller of its
 * {@link CallerSession}.
 *
 * @param id what the server calls it, null where it keeps none
 * @param revision what was agreed on
 */
record Session(@Nullable String id, String revision) {

    private static final String FIRST_WITH_HEADER = "2025-06-18";

    /** "The client MUST include the session id and the MCP-Protocol-Version header on all subsequent requests." */
    void write(HttpHeaders target) {
        if (id != null) {
            target.set("Mcp-Session-Id", id);
        }
        if (revision.compareTo(FIRST_WITH_HEADER) >= 0) {
            target.set("MCP-Protocol-Version", revision);
        }
    }

    /** Whether a value of a server may stand in a header again: "visible ASCII characters". */
    static boolean usable(@Nullable String id) {
        return id != null && !id.isEmpty() && id.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    /** The id is as good as a password. */
    @Override
    public String toString() {
        return "Session[" + revision + "]";
    }
}
