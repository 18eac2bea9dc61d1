package dev.mcpflux.transport.http;

import dev.mcpflux.protocol.InitializeResult;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A session of the legacy era (specification 2025-11-25: basic/transports, session management). A new session is a new
 * object: a request that finds its session forgotten compares objects to see whether another one has begun a new session
 * already. It belongs to the one caller of its {@link CallerSession}.
 *
 * @param id the id that the server gave it, null where the server keeps no sessions
 * @param revision the negotiated revision
 */
record LegacySession(@Nullable String id, String revision) {

    /** In place of a session, before the first one was begun: it adds no headers. */
    static final LegacySession NONE = new LegacySession(null, "");

    private static final String FIRST_WITH_HEADER = "2025-06-18";

    /**
     * The session that {@code initialize} has begun.
     *
     * @param id the header of the response; ignored if it cannot be sent back
     */
    static LegacySession of(@Nullable String id, InitializeResult result) {
        String revision = result.protocolVersion();
        return new LegacySession(usable(id) ? id : null, revision == null ? "" : revision);
    }

    /** "The client MUST include the session id and the MCP-Protocol-Version header on all subsequent requests." */
    void write(HttpHeaders target) {
        if (id != null) {
            target.set("Mcp-Session-Id", id);
        }
        if (revision.compareTo(FIRST_WITH_HEADER) >= 0) {
            target.set("MCP-Protocol-Version", revision);
        }
    }

    /** Whether this session was begun; compares by identity, since a server may keep no id and name no revision. */
    @SuppressWarnings("ReferenceEquality")
    boolean begun() {
        return this != NONE;
    }

    /** Whether the server can forget this session: it keeps it under an id. */
    boolean canBeLost() {
        return id != null;
    }

    /** Whether an id of a server can be sent back in a header: "visible ASCII characters". */
    static boolean usable(@Nullable String id) {
        return id != null && !id.isEmpty() && id.chars().allMatch(c -> c > ' ' && c <= '~');
    }

    /** The id is as good as a password. */
    @Override
    public String toString() {
        return "LegacySession[" + revision + "]";
    }
}
