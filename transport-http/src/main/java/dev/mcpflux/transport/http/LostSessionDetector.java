package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises the refusals by which a server says that it has forgotten a session. For one connection. */
final class LostSessionDetector {

    /** A message was refused since the server has forgotten the session that it was sent in. */
    static final class SessionForgotten extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final McpHttpStatusException refusal;
        private final transient @Nullable JsonRpcError error;
        private final transient ResponseBody body;

        SessionForgotten(McpHttpStatusException refusal, @Nullable JsonRpcError error, ResponseBody body) {
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
    private static final int MAX_TEXT = 300;
    private static final int MAX_KEPT = 64;

    /** "No valid session ID provided", "Session not found", "Invalid session", "Server not initialized" and their like. */
    private static final Pattern SESSION_IS_LOST =
            Pattern.compile("\\bsession.*\\b(not|no longer|unknown|invalid|expired|missing|gone|"
                    + "terminated|closed|lost|ended|required|does ?n.t|was|has)\\b"
                    + "|\\b(no|not|invalid|unknown|bad|expired|missing|unrecognized|stale|without)\\b.*\\bsession"
                    + "|\\b(not|un|isn.t)( been| yet)*[ -]?initiali[sz]ed\\b");

    /** What varies from one refusal to the next. */
    private static final Pattern VALUES = Pattern.compile("[0-9a-f-]{6,}|\\d+");

    /** The texts of refusals that came in a new session as well, so that they mean something else. */
    private final Set<String> otherRefusals = ConcurrentHashMap.newKeySet();

    /**
     * Whether a refusal of a request with a session says so. "When a client receives HTTP 404 in response to a request containing
     * an Mcp-Session-Id, it MUST start a new session"; many say it by 400.
     */
    boolean recognises(int status, @Nullable JsonRpcError error, ResponseBody body) {
        if (status == NOT_FOUND || status == GONE) {
            // where a method is what is not found, the session is
            return error == null
                    || error.code() != JsonRpcError.METHOD_NOT_FOUND
                    || saysSessionIsLost(text(error, body));
        }
        if (status != BAD_REQUEST) {
            return false;
        }
        String text = text(error, body);
        return saysSessionIsLost(text)
                && !otherRefusals.contains(VALUES.matcher(text).replaceAll(""));
    }

    /** The same refusal came in a session that was just begun, so it does not say that a session is lost. */
    void refusedAgain(@Nullable JsonRpcError error, ResponseBody body) {
        if (otherRefusals.size() < MAX_KEPT) {
            otherRefusals.add(VALUES.matcher(text(error, body)).replaceAll(""));
        }
    }

    /** The same, for a notification or an answer. */
    void refusedAgain(SessionForgotten again) {
        refusedAgain(again.error, again.body);
    }

    private static boolean saysSessionIsLost(String text) {
        return SESSION_IS_LOST.matcher(text).find();
    }

    private static String text(@Nullable JsonRpcError error, ResponseBody body) {
        String text = error == null
                ? body.text()
                : error.message()
                        + (error.data() != null && error.data().isString()
                                ? " " + error.data().stringValue()
                                : "");
        String line = text.substring(0, Math.min(text.length(), MAX_TEXT)).toLowerCase(Locale.ROOT);
        // "sessionId", "session_id" and "mcp-session-id" are sessions, too
        return line.replaceAll("[\\s_-]+", " ").replaceAll("sessionid", "session id");
    }
}
