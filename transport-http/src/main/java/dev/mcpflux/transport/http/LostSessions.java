package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises refusals by which servers say that they have forgotten a session. For one connection. */
final class LostSessions {

    /** A message was refused since the server has forgotten the session that it was sent in. */
    static final class Forgotten extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final McpHttpStatusException refusal;
        private final transient @Nullable JsonRpcError error;
        private final transient Bodies.Taken body;

        Forgotten(McpHttpStatusException refusal, @Nullable JsonRpcError error, Bodies.Taken body) {
            super(refusal.problem(), refusal, false, false);
            this.refusal = refusal;
            this.error = error;
            this.body = body;
        }

        McpHttpStatusException refusal() {
            return refusal;
        }
    }

    private static final int GONE = 410;
    private static final int NOT_FOUND = 404;
    private static final int BAD_REQUEST = 400;
    private static final int SHOWN = 300;
    private static final int MANY = 64;

    /** "No valid session ID provided", "Session not found", "Invalid session", "Server not initialized" and their like. */
    private static final Pattern SAYS_SO =
            Pattern.compile("\\bsession.*\\b(not|no longer|unknown|invalid|expired|missing|gone|"
                    + "terminated|closed|lost|ended|required|does ?n.t|was|has)\\b"
                    + "|\\b(no|not|invalid|unknown|bad|expired|missing|unrecognized|stale|without)\\b.*\\bsession"
                    + "|\\b(not|un|isn.t)( been| yet)*[ -]?initiali[sz]ed\\b");

    /** What varies from one refusal to the next. */
    private static final Pattern VALUES = Pattern.compile("[0-9a-f-]{6,}|\\d+");

    /** Refusals that came in a new session again, so that they mean something else. */
    private final Set<String> others = ConcurrentHashMap.newKeySet();

    /**
     * Whether a refusal of a request with a session says so. "When a client receives HTTP 404 in response to a request containing
     * an Mcp-Session-Id, it MUST start a new session"; many say it by 400.
     */
    boolean recognises(int status, @Nullable JsonRpcError error, Bodies.Taken body) {
        if (status == NOT_FOUND || status == GONE) {
            // where a method is what is not found, the session is
            return error == null || error.code() != JsonRpcError.METHOD_NOT_FOUND || says(text(error, body));
        }
        if (status != BAD_REQUEST) {
            return false;
        }
        String text = text(error, body);
        return says(text) && !others.contains(VALUES.matcher(text).replaceAll(""));
    }

    /** The same refusal came in a session that was just begun. */
    void cameAgain(@Nullable JsonRpcError error, Bodies.Taken body) {
        if (others.size() < MANY) {
            others.add(VALUES.matcher(text(error, body)).replaceAll(""));
        }
    }

    /** The same, for what is no request. */
    void cameAgain(Forgotten again) {
        cameAgain(again.error, again.body);
    }

    private static boolean says(String text) {
        return SAYS_SO.matcher(text).find();
    }

    private static String text(@Nullable JsonRpcError error, Bodies.Taken body) {
        String text = error == null
                ? new String(body.bytes(), body.start(), body.length() - body.start(), StandardCharsets.UTF_8)
                : error.message()
                        + (error.data() != null && error.data().isString()
                                ? " " + error.data().stringValue()
                                : "");
        String line = text.substring(0, Math.min(text.length(), SHOWN)).toLowerCase(Locale.ROOT);
        // "sessionId", "session_id" and "mcp-session-id" are sessions, too
        return line.replaceAll("[\\s_-]+", " ").replaceAll("sessionid", "session id");
    }
}
