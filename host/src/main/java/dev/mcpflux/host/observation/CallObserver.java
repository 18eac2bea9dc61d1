package dev.mcpflux.host.observation;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.error.McpToolErrorException;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.HostSignal;
import dev.mcpflux.host.observation.McpCallContext.Outcome;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.CallToolResult;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Observes each operation of a host, from its subscription to its last signal or its cancellation. Keeps nothing; each observation
 * belongs to one subscription, and so to one caller.
 */
final class CallObserver implements HostFilter {

    private static final DefaultMcpCallConvention DEFAULT = new DefaultMcpCallConvention();

    private final ObservationRegistry registry;
    private final @Nullable McpCallConvention convention;

    CallObserver(ObservationRegistry registry, @Nullable McpCallConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        return registry.isNoop() ? next.proceed(call) : Flux.deferContextual(context -> observed(call, next, context));
    }

    private Flux<HostSignal> observed(HostCall call, Next next, ContextView caller) {
        McpCallContext context = new McpCallContext(call, text -> next.mask(call.server(), text));
        revision(context, next);
        // conventions are asked at the end; until then, and for samplers
        context.setContextualName(DEFAULT.getContextualName(context));
        Observation observation = start(context, caller);
        if (observation.isNoop()) {
            // a predicate of the registry does not want it
            return next.proceed(call);
        }
        Observed observed = new Observed(observation, context, next);
        return next.proceed(call)
                .doOnNext(observed::onNext)
                .doOnComplete(observed::onComplete)
                .doOnError(observed::onError)
                .doOnCancel(observed::onCancel)
                .contextWrite(view -> traced(view, context)
                        .put(ObservationThreadLocalAccessor.KEY, observation)
                        .put(McpCallContext.class, context));
    }

    private Observation start(McpCallContext context, ContextView caller) {
        Observation parent = caller.getOrDefault(ObservationThreadLocalAccessor.KEY, null);
        if (parent == null) {
            return create(context).start();
        }
        // tracers prefer the span of the thread, which may be that of another caller, to that of the parent
        Observation.Scope scope = parent.openScope();
        try {
            return create(context).start();
        } finally {
            scope.close();
        }
    }

    private Observation create(McpCallContext context) {
        return Observation.createNotStarted(convention, DEFAULT, () -> context, registry);
    }

    /** The trace as the propagator has written it; a part of another trace is not kept. */
    private static Context traced(Context context, McpCallContext call) {
        Map<String, String> fields = Objects.requireNonNull(call.getCarrier());
        Context traced = context;
        if (fields.containsKey(CallContext.TRACEPARENT)) {
            traced = traced.delete(CallContext.TRACESTATE);
            for (String key : new String[] {CallContext.TRACEPARENT, CallContext.TRACESTATE}) {
                traced = put(traced, key, fields.get(key));
            }
        }
        return put(traced, CallContext.BAGGAGE, fields.get(CallContext.BAGGAGE));
    }

    private static Context put(Context context, String key, @Nullable String value) {
        return value == null || value.isEmpty() ? context : context.put(key, value);
    }

    private static void revision(McpCallContext context, Next next) {
        ServerStatus status = next.status(context.server());
        if (status != null && status.peer() != null) {
            context.revision(status.peer().revision());
        }
    }

    /** One call; the first end counts. */
    private static final class Observed {
        private final Observation observation;
        private final McpCallContext context;
        private final Next next;
        private final AtomicBoolean ended = new AtomicBoolean();
        private volatile @Nullable CallToolResult failed;

        Observed(Observation observation, McpCallContext context, Next next) {
            this.observation = observation;
            this.context = context;
            this.next = next;
        }

        void onNext(HostSignal signal) {
            if (signal instanceof HostSignal.ToolResult tool && tool.result().isError()) {
                failed = tool.result();
            }
        }

        void onComplete() {
            CallToolResult result = failed;
            if (result == null) {
                end(Outcome.SUCCESS, null);
            } else {
                String tool = context.tool() == null ? context.call().method() : context.tool();
                // says that there is an error, and not which: that may hold anything
                end(Outcome.TOOL_ERROR, new McpToolErrorException(context.server(), tool, "reports an error", result));
            }
        }

        void onError(Throwable error) {
            end(Outcome.ERROR, error);
        }

        void onCancel() {
            end(Outcome.CANCELLED, null);
        }

        private void end(Outcome outcome, @Nullable Throwable error) {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            context.outcome(outcome);
            // a server that was not ready when the call began is by now
            revision(context, next);
            if (error != null) {
                observation.error(error);
            }
            observation.stop();
        }
    }
}
