package dev.mcpflux.client;

import dev.mcpflux.transport.Caller;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/**
 * What a call takes from the Reactor context of its subscriber:
 * {@code session.callTool(…).contextWrite(ctx -> ctx.put(CallContext.TRACEPARENT, span))}.
 */
public final class CallContext {

    /**
     * On whose behalf the call is made, an object with {@code equals}; without it, {@link Caller#HEADERS} say that. What one
     * caller is answered, lists, schemas, log levels and subscriptions are kept for no other, unless the server marked them
     * public (specification 2026-07-28: server/utilities/caching); what is read without a caller is for calls without one. Over
     * HTTP the calls of each go by connections that nobody else uses, and in the legacy era by a session of its own.
     *
     * <p>A value of the wrong type, here or at another key, fails the call with an {@code IllegalArgumentException}.
     */
    public static final String PRINCIPAL = Caller.PRINCIPAL;

    /** The trace of the call, a text in the form of W3C Trace Context (specification 2026-07-28: basic, _meta). */
    public static final String TRACEPARENT = "traceparent";

    /** What tracing systems add to the trace, a text in the form of W3C Trace Context. */
    public static final String TRACESTATE = "tracestate";

    /** What the application adds to the trace, a text in the form of W3C Baggage. */
    public static final String BAGGAGE = "baggage";

    private CallContext() {}

    /**
     * Looks at all that a call takes from a context, as each call does before anything else: what has the wrong type must not
     * be taken for what is not there.
     *
     * @throws IllegalArgumentException if a value has the wrong type; the message names the key and the type, and not the value
     */
    public static void check(ContextView context) {
        if (!context.isEmpty()) {
            checkTrace(context);
            Caller.check(context);
        }
    }

    /** Who calls, as a context says that has been looked at as by {@link #check}. */
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

    /** A text of the context; null where there is none. */
    static @Nullable String text(ContextView context, String key) {
        Object value = context.isEmpty() ? null : context.getOrDefault(key, null);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(key + " in the Reactor context has to be a String, but is a "
                + value.getClass().getName());
    }
}
