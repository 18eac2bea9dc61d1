package dev.mcpflux.auth.oauth;

import com.nimbusds.oauth2.sdk.ErrorObject;
import dev.mcpflux.error.McpAuthorizationException;
import dev.mcpflux.error.McpAuthorizationException.Reason;
import dev.mcpflux.text.SafeText;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Makes the exceptions for one server. Of addresses they show the origin only, because a path or a query may be a secret.
 *
 * @param server the name of the server
 */
record Problems(String server) {

    /** As much of a text of the other side as an error shows. */
    private static final int MAX_SHOWN = 300;

    /** A problem that stays until something is changed. */
    McpAuthorizationException of(Reason reason, String problem) {
        return new McpAuthorizationException(server, reason, problem, false, null);
    }

    /** The authorization server cannot be used now. */
    McpAuthorizationException unavailable(String problem, @Nullable Throwable cause) {
        return new McpAuthorizationException(server, Reason.UNAVAILABLE, problem, true, cause);
    }

    /** A text of the other side, on one line. */
    static String shown(@Nullable String text) {
        return text == null ? "nothing" : "'" + SafeText.line(text, MAX_SHOWN) + "'";
    }

    /** The code of an error, and its description if there is one. */
    static String shown(@Nullable ErrorObject error) {
        String code = error == null ? null : error.getCode();
        String description = error == null ? null : error.getDescription();
        return description == null ? shown(code) : shown(code) + ", " + shown(description);
    }

    /** Scheme, host and port. */
    static String origin(URI url) {
        String host = url.getHost();
        return url.getScheme() + "://" + (host == null ? "?" : host) + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
