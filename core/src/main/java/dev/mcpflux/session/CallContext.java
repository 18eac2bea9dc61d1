package dev.mcpflux.session;

import dev.mcpflux.transport.Caller;

/**
 * What a call takes from the Reactor context of its subscriber:
 * {@code session.callTool(…).contextWrite(ctx -> ctx.put(CallContext.TRACEPARENT, span))}.
 */
public final class CallContext {

    /**
     * On whose behalf the call is made, an object with {@code equals}: what one principal was answered is kept for no other,
     * unless the server marked it public (specification 2026-07-28: server/utilities/caching). Over HTTP its calls go by
     * connections that nobody else uses.
     */
    public static final String PRINCIPAL = Caller.PRINCIPAL;

    /** The trace of the call, a text in the form of W3C Trace Context (specification 2026-07-28: basic, _meta). */
    public static final String TRACEPARENT = "traceparent";

    /** What tracing systems add to the trace, a text in the form of W3C Trace Context. */
    public static final String TRACESTATE = "tracestate";

    /** What the application adds to the trace, a text in the form of W3C Baggage. */
    public static final String BAGGAGE = "baggage";

    private CallContext() {}
}
