package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.PerCaller;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * How requests of one revision are worded: what each carries beside its parameters. The log level is keyed by
 * {@link Caller}, for {@value #CALLERS} callers that set one.
 */
final class Dialect {

    private static final int CALLERS = 256;

    private final ProtocolRevision revision;
    private final Implementation client;
    private final ClientCapabilities capabilities;
    private final @Nullable LogLevel initialLevel;
    private final PerCaller<AtomicReference<@Nullable LogLevel>> levels =
            new PerCaller<>(CALLERS, AtomicReference::new);

    Dialect(ProtocolRevision revision, SessionOptions options) {
        this.revision = revision;
        this.client = options.clientInfo();
        this.capabilities = options.handlers().capabilities(revision.era(), options.extensions());
        this.initialLevel = options.logLevel();
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

    /** For requests of a caller that name no level themselves (modern era: a level cannot be set in another way). */
    void logLevel(Caller caller, LogLevel level) {
        levels.get(caller).set(level);
    }

    /** What the caller has set, else what the session begins with. */
    @Nullable
    LogLevel logLevel(Caller caller) {
        AtomicReference<@Nullable LogLevel> set = levels.find(caller);
        LogLevel level = set == null ? null : set.get();
        return level == null ? initialLevel : level;
    }

    private @Nullable LogLevel logLevel(RequestOptions options, ContextView context) {
        LogLevel own = options.logLevel();
        return own != null ? own : levels.size() == 0 ? initialLevel : logLevel(Caller.of(context));
    }

    /** Whether a request made like this asks for log messages, whoever makes it. */
    boolean logs(RequestOptions options) {
        return modern() && (options.logLevel() != null || initialLevel != null || levels.size() > 0);
    }

    /**
     * The {@code _meta} of a request, null where there is nothing to say.
     *
     * @param progress the progress token, where progress is wanted
     */
    @Nullable
    RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options) {
        return meta(progress, context, options, logLevel(options, context));
    }

    /** The same for a subscription: "the server MUST NOT deliver log messages on a subscriptions/listen stream". */
    @Nullable
    RequestMeta subscriptionMeta(ContextView context, RequestOptions options) {
        return meta(null, context, options, null);
    }

    private @Nullable RequestMeta meta(
            @Nullable RequestId progress, ContextView context, RequestOptions options, @Nullable LogLevel level) {
        String traceparent = CallContext.text(context, CallContext.TRACEPARENT);
        String tracestate = CallContext.text(context, CallContext.TRACESTATE);
        String baggage = CallContext.text(context, CallContext.BAGGAGE);
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
}
