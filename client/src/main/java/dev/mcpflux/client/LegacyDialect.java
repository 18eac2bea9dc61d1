package dev.mcpflux.client;

import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.protocol.ServerResult;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Up to 2025-11-25 the handshake identifies the client, and the server sends requests of its own. */
final class LegacyDialect extends Dialect {

    private final boolean answersQuestions;

    LegacyDialect(ProtocolRevision revision, SessionOptions options) {
        super(revision, options);
        this.answersQuestions = options.handlers().any();
    }

    @Override
    Era era(Era.Parts parts) {
        return new LegacyEra(this, parts);
    }

    @Override
    boolean logs(RequestOptions options) {
        return false;
    }

    @Override
    @Nullable
    RequestMeta meta(@Nullable RequestId progress, ContextView context, RequestOptions options) {
        String traceparent = CallContext.text(context, CallContext.TRACEPARENT);
        String tracestate = CallContext.text(context, CallContext.TRACESTATE);
        String baggage = CallContext.text(context, CallContext.BAGGAGE);
        if (traceparent == null
                && tracestate == null
                && baggage == null
                && options.meta().isEmpty()) {
            return progress == null ? null : new RequestMeta(progress);
        }
        return new RequestMeta(progress, null, null, null, null, traceparent, tracestate, baggage, options.meta());
    }

    @Override
    boolean asksForInput(RoundResult<?> reply) {
        return false;
    }

    @Override
    boolean serverAsksMeanwhile() {
        return answersQuestions;
    }

    @Override
    boolean allowsTask(RoundResult<?> reply) {
        return !ServerResult.TASK.equals(reply.resultType());
    }
}
