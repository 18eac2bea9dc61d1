package dev.mcpflux.host.filter;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerStatus;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sees an operation of a host before it goes to a server, and everything that comes back: it may pass it on, change it, refuse
 * it, answer it itself, or pass it on again. Filters of one host are called in the order of
 * {@code HostConfig.Builder.filter}: the first one sees a call first and its result last.
 *
 * <p>A filter belongs to no caller; what it keeps per caller it keys by {@link dev.mcpflux.transport.Caller}, which is in the
 * Reactor context. It must not block. Which signals a call has, and in which order, {@link HostSignal} says.
 */
@FunctionalInterface
public interface HostFilter {

    /**
     * Handles one call.
     *
     * @param call where it goes and with what; names are resolved already
     * @param next what stands behind this filter
     * @return the signals of the call, subscribed once for each call, in the context of the caller. Cancelling it must cancel
     *     what was passed on, which tells the server to stop
     */
    Flux<HostSignal> filter(HostCall call, Next next);

    /** What stands behind a filter: the next filter, and at the end the server. */
    interface Next {

        /** Passes a call on, this one or another. Cold: each subscription makes the call. */
        Flux<HostSignal> proceed(HostCall call);

        /**
         * The tool of a call as its server lists it. The list is read if it is not known; fails with
         * {@code McpToolNotFoundException} if the server does not list the tool.
         */
        Mono<CatalogueTool> tool(HostCall.CallTool call);

        /** How a server is now; null if there is none of this name, such as for a call about all servers. */
        @Nullable
        ServerStatus status(String server);

        /** A text with the configured secrets of a server masked, to be shown to people. */
        String mask(String server, String text);

        /** Emits an event of the host; returns at once. */
        void report(HostEvent event);
    }
}
