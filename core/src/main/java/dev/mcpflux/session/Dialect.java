package dev.mcpflux.session;

import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.RequestMeta;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** How requests of one revision are worded: what each carries beside its parameters. */
final class Dialect {

    private final ProtocolRevision revision;
    private final Implementation client;
    private final ClientCapabilities capabilities;
    private final AtomicReference<@Nullable LogLevel> logLevel;

    Dialect(ProtocolRevision revision, SessionOptions options) {
        this.revision = revision;
        this.client = options.clientInfo();
        this.capabilities = options.handlers().capabilities(revision.era(), options.extensions());
        this.logLevel = new AtomicReference<>(options.logLevel());
    }

    boolean modern() {
        return revision.era() == Era.MODERN;
    }

    ProtocolRevision revision() {
        return revision;
    }

    boolean declares(String extension) {
        return capabilities.extensions() != null && capabilities.extensions().containsKey(extension);
    }

    /** For requests that name no level themselves (modern era: there is nothing else that a level could be told by). */
    void logLevel(@Nullable LogLevel level) {
        logLevel.set(level);
    }

    @Nullable
    LogLevel logLevel() {
        return logLevel.get();
    }

    private @Nullable LogLevel logLevel(RequestOptions options) {
        LogLevel own = options.logLevel();
        return own != null ? own : logLevel.get();
    }

    /** Whether a request made like this asks for log messages. */
    boolean logs(RequestOptions options) {
        return modern() && logLevel(options) != null;
    }

    /**
     * The {@code _meta} of a request, null where there is nothing to say.
     *
     * @param progress the progress token, where progress is wanted
     */
    @Nullable
    RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options) {
        return meta(progress, context, options, logLevel(options));
    }

    /** The same for a subscription: "the server MUST NOT deliver log messages on a subscriptions/listen stream". */
    @Nullable
    RequestMeta subscriptionMeta(ContextView context, RequestOptions options) {
        return meta(null, context, options, null);
    }

    private @Nullable RequestMeta meta(
            @Nullable RequestId progress, ContextView context, RequestOptions options, @Nullable LogLevel level) {
        String traceparent = text(context, CallContext.TRACEPARENT);
        String tracestate = text(context, CallContext.TRACESTATE);
        String baggage = text(context, CallContext.BAGGAGE);
        if (modern()) {
            return new RequestMeta(
                    progress,
                    revision.wire(),
                    client,
                    capabilities,
                    level,
                    traceparent,
                    tracestate,
                    baggage,
                    options.meta());
        }
        if (traceparent == null
                && tracestate == null
                && baggage == null
                && options.meta().isEmpty()) {
            return progress == null ? null : new RequestMeta(progress);
        }
        return new RequestMeta(progress, null, null, null, null, traceparent, tracestate, baggage, options.meta());
    }

    private static @Nullable String text(ContextView context, String key) {
        return context.isEmpty() ? null : context.getOrDefault(key, null) instanceof String text ? text : null;
    }
}
