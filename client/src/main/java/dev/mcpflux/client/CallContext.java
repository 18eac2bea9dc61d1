package dev.mcpflux.client;

import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * The keys that a call reads from the Reactor context of its subscriber:
 * {@code session.callTool(…).contextWrite(ctx -> ctx.put(CallContext.TRACEPARENT, span))}.
 */
public final class CallContext {

    /**
     * The principal of the caller, an object with {@code equals}. Without it, {@link Caller#HEADERS} identify the
     * caller. Results, lists, schemas, log levels and subscriptions of one caller are never used for another, unless
     * the server marked a result as public (specification 2026-07-28: server/utilities/caching). Results of calls
     * without a caller are used for such calls only. Over HTTP each caller has connections of its own, and in the
     * legacy era a session of its own.
     *
     * <p>A value of the wrong type, for this key or another, fails the call with an {@code IllegalArgumentException}.
     */
    public static final String PRINCIPAL = Caller.PRINCIPAL;

    /** The trace of the call, in the format of W3C Trace Context (specification 2026-07-28: basic, _meta). */
    public static final String TRACEPARENT = "traceparent";

    /** The vendor-specific part of the trace, in the format of W3C Trace Context. */
    public static final String TRACESTATE = "tracestate";

    /** The baggage of the trace, in the format of W3C Baggage. */
    public static final String BAGGAGE = "baggage";

    private CallContext() {}

    /**
     * Checks all values that a call reads from the context, before the call does anything else: a value of the wrong
     * type must not be treated like a missing one.
     *
     * @throws IllegalArgumentException if a value has the wrong type; the message names the key and the type, not the
     *     value
     */
    public static void check(ContextView context) {
        if (!context.isEmpty()) {
            checkTrace(context);
            Caller.check(context);
        }
    }

    /** The caller of a context, which is checked like in {@link #check}. */
    static Caller caller(ContextView context) {
        if (context.isEmpty()) {
            return Caller.ANONYMOUS;
        }
        checkTrace(context);
        return Caller.of(context);
    }

    private static void checkTrace(ContextView context) {
        text(context, TRACEPARENT);
        text(context, TRACESTATE);
        text(context, BAGGAGE);
    }

    /** The string at this key; null if there is none. */
    static @Nullable String text(ContextView context, String key) {
        Object value = context.isEmpty() ? null : context.getOrDefault(key, null);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(key + " in the Reactor context must be a String, but is a "
                + value.getClass().getName());
    }
}
