package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.ServerResult;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** From 2026-07-28 on each request identifies the client, and the server asks for input in its responses. */
final class ModernDialect extends Dialect {

    private final Implementation client;
    private final ClientCapabilities capabilities;

    ModernDialect(ProtocolRevision revision, SessionOptions options) {
        super(revision, options);
        this.client = options.clientInfo();
        this.capabilities = options.handlers().capabilities(ProtocolEra.MODERN, options.extensions());
    }

    @Override
    Era era(Era.Parts parts) {
        return new ModernEra(this, parts);
    }

    @Override
    boolean logs(RequestOptions options) {
        return options.logLevel() != null || hasLogLevels();
    }

    @Override
    RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options) {
        return meta(progress, context, options, logLevel(options, context));
    }

    /** The same for a subscription: "the server MUST NOT deliver log messages on a subscriptions/listen stream". */
    RequestMeta subscriptionMeta(ContextView context, RequestOptions options) {
        return meta(null, context, options, null);
    }

    private RequestMeta meta(
            @Nullable RequestId progress, ContextView context, RequestOptions options, @Nullable LogLevel level) {
        return new RequestMeta(
                progress,
                revision().wire(),
                client,
                capabilities,
                level,
                CallContext.text(context, CallContext.TRACEPARENT),
                CallContext.text(context, CallContext.TRACESTATE),
                CallContext.text(context, CallContext.BAGGAGE),
                options.meta());
    }

    @Override
    boolean asksForInput(RoundResult<?> reply) {
        return ServerResult.INPUT_REQUIRED.equals(reply.resultType());
    }

    @Override
    boolean serverAsksMeanwhile() {
        return false;
    }

    @Override
    boolean allowsTask(RoundResult<?> reply) {
        return ServerResult.TASK.equals(reply.resultType())
                && capabilities.extensions() != null
                && capabilities.extensions().containsKey(Extensions.TASKS);
    }
}
