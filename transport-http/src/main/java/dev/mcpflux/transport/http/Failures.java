package dev.mcpflux.transport.http;

import dev.mcpflux.error.AuthChallenge;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Termination;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** Makes the exceptions for HTTP requests that fail, with every text of the server masked. */
final class Failures {

    static final String UNKNOWN_OUTCOME = "whether the request was carried out is not known";

    private static final int SNIPPET = 200;

    /** Servers answer any failure with it, and put the reason into the JSON-RPC error. */
    private static final int INTERNAL_SERVER_ERROR = 500;

    private final HttpRecipe recipe;
    private final Secrets secrets;

    Failures(HttpRecipe recipe, Secrets secrets) {
        this.recipe = recipe;
        this.secrets = secrets;
    }

    // every exception is made by one of these, which mask its whole message

    private McpConnectionException connection(String problem, Diagnostics diagnostics, @Nullable Throwable e) {
        return connection(problem, diagnostics, e, CallOutcome.UNKNOWN);
    }

    private McpConnectionException connection(
            String problem, Diagnostics diagnostics, @Nullable Throwable e, CallOutcome outcome) {
        return new McpConnectionException(
                recipe.name(), secrets.mask(problem), diagnostics, secrets.cause(e), true, outcome);
    }

    private McpHttpStatusException refusal(
            String problem,
            int status,
            @Nullable Duration retryAfter,
            @Nullable JsonRpcError error,
            List<AuthChallenge> challenges) {
        return new McpHttpStatusException(
                recipe.name(),
                secrets.mask(problem),
                status,
                retryAfter,
                error == null ? null : Masker.mask(error, secrets::mask),
                challenges);
    }

    /**
     * Something took longer than {@link HttpOptions#answerTimeout}.
     *
     * @param what what this side waited for
     */
    McpTimeoutException timeout(McpTimeoutException.Phase phase, String what) {
        return new McpTimeoutException(
                recipe.name(),
                phase,
                secrets.mask(what),
                recipe.options().answerTimeout(),
                "HttpOptions.answerTimeout",
                Diagnostics.NONE);
    }

    McpProtocolException protocol(String problem) {
        return new McpProtocolException(recipe.name(), secrets.mask(problem));
    }

    McpOverloadException overload(String problem) {
        return new McpOverloadException(recipe.name(), secrets.mask(problem), CallOutcome.UNKNOWN);
    }

    /**
     * The failure of a request, before its response or during it.
     *
     * @param what the method
     * @param written whether the request may have reached the server
     */
    McpException of(String what, Throwable thrown, boolean written) {
        Throwable e = Exceptions.unwrap(thrown);
        if (e instanceof McpException known) {
            return known;
        }
        // these classes are internal to Reactor Netty
        if (e.getClass().getSimpleName().startsWith("PoolAcquire")) {
            return new McpOverloadException(
                    recipe.name(),
                    what + " failed: too many requests wait for a connection to " + recipe.origin(),
                    CallOutcome.NOT_SENT);
        }
        String reason = unreachable(e);
        if (reason != null) {
            return new McpConnectionException(
                    recipe.name(),
                    secrets.mask(what + " failed: " + reason),
                    Diagnostics.NONE,
                    secrets.cause(e),
                    NetworkErrors.mayPass(e),
                    written ? CallOutcome.UNKNOWN : CallOutcome.NOT_SENT);
        }
        return written
                ? broken(what, withoutResponse(e), e)
                : connection(
                        what + " failed: " + (recipe.secure() ? "TLS with " : "the connection to ") + recipe.origin()
                                + (recipe.secure() ? " failed: the connection" : "")
                                + " broke off before the request was sent (" + brief(e) + ")",
                        Diagnostics.NONE,
                        e,
                        CallOutcome.NOT_SENT);
    }

    private String withoutResponse(Throwable e) {
        if (e instanceof ResponseCodec.SwitchedProtocol) {
            return brief(e);
        }
        return e instanceof IOException || (e instanceof RuntimeException && !(e instanceof IllegalArgumentException))
                ? "its connection broke off before the response"
                : "its response is no HTTP that can be read (" + brief(e) + ")";
    }

    /** Why no connection could be made; null where one was made. */
    @Nullable
    String unreachable(Throwable thrown) {
        Throwable e = Exceptions.unwrap(thrown);
        String where = recipe.origin() + through();
        if (e instanceof UnknownHostException) {
            return "the host of " + where + " is not known (DNS)";
        }
        if (e instanceof ConnectTimeoutException) {
            return where + " did not answer within "
                    + recipe.options().connectTimeout().toMillis() + " ms";
        }
        if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
            return where + " cannot be reached: "
                    + (brief(e).contains("refused") ? "the connection was refused" : brief(e));
        }
        if (e instanceof SslHandshakeTimeoutException || NetworkErrors.tls(e) != null) {
            SSLException tls = NetworkErrors.tls(e);
            return "TLS with " + where + " failed: " + brief(tls == null ? e : tls);
        }
        return null;
    }

    private String through() {
        ProxySettings.Proxy proxy = recipe.proxy();
        return proxy == null ? "" : " through the proxy " + proxy;
    }

    McpConnectionException proxyUnknown(UnknownHostException e) {
        return new McpConnectionException(
                recipe.name(),
                "the host of the proxy " + recipe.proxy() + " is not known (DNS)",
                Diagnostics.NONE,
                e,
                false,
                CallOutcome.NOT_SENT);
    }

    private String brief(Throwable e) {
        String message = e.getMessage();
        String text = message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
        // as a rule, the first line says what happened and the others hold the data
        return SafeText.line(secrets.mask(text.lines().findFirst().orElse(text)), SNIPPET);
    }

    /** The status and its reason phrase, which is masked before it is shortened. */
    String status(HttpClientResponse response) {
        return SafeText.line(secrets.mask(response.status().toString()), SNIPPET);
    }

    /** A response with a status of failure. */
    McpHttpStatusException status(String what, HttpClientResponse response, ResponseBody body, @Nullable URI target) {
        return status(what, response, body, ErrorBody.read(body), target);
    }

    /**
     * The same.
     *
     * @param error that of the body, null where there is none
     */
    McpHttpStatusException status(
            String what,
            HttpClientResponse response,
            ResponseBody body,
            @Nullable JsonRpcError error,
            @Nullable URI target) {
        int status = response.status().code();
        if (target != null) {
            String origin = HttpRecipe.origin(target);
            return refusal(
                    what + " failed: " + recipe.origin() + " redirects"
                            + (origin.equals(recipe.origin())
                                    ? ", and it cannot be followed"
                                    : " to " + origin + ", which is another origin, so it is not followed")
                            + " (" + status + ")",
                    status,
                    RetryAfter.of(response),
                    error,
                    List.of());
        }
        String problem = what + " failed: " + recipe.origin() + " answered " + status(response);
        String hint = status == 401 ? "; it wants to know who asks (Authorization)" : "";
        return refusal(
                problem + (error == null ? snippet(response, body) : text(error)) + hint,
                status,
                RetryAfter.of(response),
                error,
                challenges(response));
    }

    private List<AuthChallenge> challenges(HttpClientResponse response) {
        return ChallengeParser.parse(response.responseHeaders().getAll(HttpHeaderNames.WWW_AUTHENTICATE)).stream()
                .map(challenge -> challenge.masked(secrets::mask))
                .toList();
    }

    /**
     * Completes if what is no request was accepted: "the server MUST return HTTP status code 202 Accepted with no body".
     *
     * @param lost recognises that the session is forgotten: then it fails with {@link LostSessionDetector.SessionForgotten}; null where the
     *     message was sent in none
     */
    Mono<Void> accepted(
            String what,
            HttpClientResponse response,
            ByteBufFlux content,
            @Nullable URI target,
            @Nullable LostSessionDetector lost) {
        boolean well = response.status().code() / 100 == 2;
        if (well && ResponseHeads.mediaType(response).equals(ResponseHeads.EVENTS)) {
            // nothing is read from such a stream, and it need not end
            return Mono.empty();
        }
        return ResponseBody.read(content, ResponseBody.MAX_ERROR_BYTES)
                .flatMap(body -> well ? Mono.empty() : unhooked(refused(what, response, body, target, lost)));
    }

    /** Whether the status is about authorization, or about when to retry: an error in the body says neither. */
    static boolean statusSaysMore(McpHttpStatusException refusal) {
        return refusal.isAboutAuthorization()
                || (refusal.isTransient()
                        && (refusal.status() != INTERNAL_SERVER_ERROR
                                || refusal.retryAfter().isPresent()));
    }

    private Exception refused(
            String what,
            HttpClientResponse response,
            ResponseBody body,
            @Nullable URI target,
            @Nullable LostSessionDetector lost) {
        JsonRpcError error = ErrorBody.read(body);
        McpHttpStatusException refusal = status(what, response, body, error, target);
        return lost != null && lost.recognises(refusal.status(), error, body)
                ? new LostSessionDetector.SessionForgotten(refusal, error, body)
                : refusal;
    }

    /** The text of a JSON-RPC error, as {@link dev.mcpflux.error.McpPeerErrorException} does. */
    private String text(JsonRpcError error) {
        // masked as a whole: half of a secret would not be recognised
        String detail = error.data() != null && error.data().isString()
                ? ": " + SafeText.line(secrets.mask(error.data().stringValue()), SNIPPET)
                : "";
        return ": " + SafeText.line(secrets.mask(error.message()), SNIPPET) + " (" + error.code() + ")" + detail;
    }

    /**
     * Fails within {@code flatMap}. Without {@code hide}, Reactor treats the error as thrown by the operator, and a hook of the
     * application ({@code Hooks.onOperatorError}) may replace it.
     */
    static <T> Mono<T> unhooked(Throwable e) {
        return Mono.<T>error(e).hide();
    }

    /** The text of the body, which may be the only hint. */
    private String snippet(HttpClientResponse response, ResponseBody body) {
        String type = ResponseHeads.mediaType(response);
        if (body.length() == 0 || !(type.equals("text/plain") || type.endsWith("json"))) {
            return "";
        }
        // masked as a whole: half of a secret would not be recognised
        String text = secrets.mask(body.text());
        String line = SafeText.line(text.replace('\r', ' '), SNIPPET + 1);
        return line.isEmpty() ? "" : ": " + line;
    }

    /** The server offers neither transport: the message holds both reasons. */
    McpException neither(McpException refusal, Throwable older) {
        McpException second = of("GET", older, false);
        String problem = refusal.problem() + "; nor does it speak HTTP+SSE: " + second.problem();
        McpException both = refusal instanceof McpHttpStatusException http
                ? refusal(
                        problem,
                        http.status(),
                        http.retryAfter().orElse(null),
                        http.error().orElse(null),
                        http.challenges())
                : protocol(problem);
        both.addSuppressed(second);
        return both;
    }

    /** The failure of a request that was under way when the connection ended. */
    McpException ended(String what, Termination cause, boolean written) {
        return written && cause.kind() == Termination.Kind.LOST
                ? broken(what, cause.reason(), cause.cause())
                : cause.toException(recipe.name(), what, written ? CallOutcome.UNKNOWN : CallOutcome.NOT_SENT);
    }

    /** The same, which says so if its outcome is unknown. */
    McpConnectionException withUnknownOutcome(McpConnectionException e) {
        return e.outcome() == CallOutcome.NOT_SENT
                ? e
                : connection(e.problem() + "; " + UNKNOWN_OUTCOME, e.diagnostics(), e.getCause());
    }

    McpConnectionException broken(String what, String reason, @Nullable Throwable e) {
        return connection(what + " failed: " + reason + "; " + UNKNOWN_OUTCOME, Diagnostics.NONE, e);
    }
}
