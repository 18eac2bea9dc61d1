package dev.mcpflux.host;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.filter.HostCall;
import dev.mcpflux.host.filter.HostFilter;
import dev.mcpflux.host.filter.HostSignal;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.host.server.ServerSupervisor;
import dev.mcpflux.internal.Callbacks;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The filters of a host in their order, and what stands behind the last one. */
final class FilterChain {

    private final List<HostFilter> filters;
    private final Function<HostCall, Flux<HostSignal>> end;
    private final Function<HostCall.CallTool, Mono<CatalogueTool>> tools;
    private final ServerRegistry servers;
    private final HostEvents events;
    private final Function<ServerSupervisor, @Nullable HostFilter> policies;

    /**
     * A chain.
     *
     * @param end makes a call at its server
     * @param tools looks a tool up in the lists
     * @param policies what the configuration of a server decides about calls of its tools; null for nothing
     */
    FilterChain(
            List<HostFilter> filters,
            Function<HostCall, Flux<HostSignal>> end,
            Function<HostCall.CallTool, Mono<CatalogueTool>> tools,
            Function<ServerSupervisor, @Nullable HostFilter> policies,
            ServerRegistry servers,
            HostEvents events) {
        this.policies = policies;
        this.servers = servers;
        this.filters = filters;
        this.end = end;
        this.tools = tools;
        this.events = events;
    }

    /** The signals of a call that has passed all filters; cold. */
    Flux<HostSignal> run(HostCall call) {
        return from(0, call);
    }

    /** The only result of a call that has one. */
    <T extends HostSignal> Mono<T> one(HostCall call, Class<T> type) {
        // waits for the completion: to cancel after the result would tell the server to stop
        return run(call).ofType(type).reduce((first, last) -> last);
    }

    private Flux<HostSignal> from(int index, HostCall call) {
        return index < filters.size()
                ? Callbacks.deferred(() -> filters.get(index).filter(call, new Rest(index + 1)))
                : Callbacks.deferred(() -> last(index, call));
    }

    /** What is configured for a server comes last, so that it decides about what is sent, whatever filters have changed. */
    private Flux<HostSignal> last(int index, HostCall call) {
        HostFilter policy = index == filters.size() ? policy(call) : null;
        return policy == null ? end.apply(call) : policy.filter(call, new Rest(index + 1));
    }

    private @Nullable HostFilter policy(HostCall call) {
        if (!(call instanceof HostCall.CallTool || call instanceof HostCall.ResumeTask)) {
            return null;
        }
        ServerSupervisor server = servers.find(call.server());
        return server == null ? null : policies.apply(server);
    }

    private final class Rest implements HostFilter.Next {
        private final int index;

        Rest(int index) {
            this.index = index;
        }

        @Override
        public Flux<HostSignal> proceed(HostCall call) {
            return from(index, call);
        }

        @Override
        public Mono<CatalogueTool> tool(HostCall.CallTool call) {
            return tools.apply(call);
        }

        @Override
        public @Nullable ServerStatus status(String server) {
            ServerSupervisor found = servers.find(server);
            return found == null ? null : found.handle().status();
        }

        @Override
        public String mask(String server, String text) {
            ServerSupervisor found = servers.find(server);
            return found == null ? text : found.mask(text);
        }

        @Override
        public void report(HostEvent event) {
            events.emit(event);
        }
    }
}
