package dev.mcpflux.host.server;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.transport.Caller;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One server of a host, across all its starts. {@link #use} is the only way to its session; the host's own calls, lists and
 * subscriptions take the same way. Any thread may use it. Nothing here is keyed by caller.
 */
public final class ServerHandle {

    private final ServerSupervisor supervisor;

    ServerHandle(ServerSupervisor supervisor) {
        this.supervisor = supervisor;
    }

    /** The configured name of the server. */
    public String name() {
        return supervisor.name();
    }

    /** How the server is now. */
    public ServerStatus status() {
        return supervisor.status();
    }

    /**
     * Where the server is in its life: now, and after each change.
     *
     * @return hot, never fails; completes when the server is closed, also for a later subscriber, which gets the last life first.
     *     A subscriber that is slow misses changes, and gets the latest life in their place.
     *     <p><em>Thread:</em> a thread for events, in order; a subscriber may block it.
     */
    public Flux<ServerLife> life() {
        return supervisor.lives();
    }

    /**
     * Uses the session of the server.
     *
     * @param body what to do; called for each subscription when the server is ready. The session belongs to the host: it must
     *     not be closed, nor used after the publisher has ended
     * @return what the publisher emits. Starts a server that is idle, waits while it is starting and for its turn
     *     ({@link dev.mcpflux.host.config.CallLimits}), and tries a server again that is reached over a network and could not
     *     be reached, once for all who ask meanwhile. Fails with {@link McpServerUnavailableException} if the server has
     *     failed, is backing off, refuses calls, is switched off or closed, with
     *     {@link dev.mcpflux.error.McpOverloadException} if its turn does not come, and with what {@code body} throws. When the
     *     server is lost, its requests fail; they are not moved to the next session.
     *     <p><em>Cancellation</em> cancels the publisher, or stops waiting; the start of the server goes on.
     *     <p><em>Thread:</em> that of the subscriber where the server is ready, else the one that made it ready.
     */
    public <T> Flux<T> use(Function<? super McpSession, ? extends Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            CallGate gate = supervisor.gate();
            if (gate != null) {
                return gate.many(body);
            }
            McpSession session = supervisor.position().usable();
            return session != null
                    ? apply(body, session)
                    : supervisor.session().flatMapMany(started -> apply(body, started));
        });
    }

    private static <T> Publisher<T> apply(
            Function<? super McpSession, ? extends Publisher<T>> body, McpSession session) {
        return Callbacks.deferred(() -> body.apply(session));
    }

    /** Uses the session of the server for one result, or none; otherwise as {@link #use}. */
    public <T> Mono<T> useOne(Function<? super McpSession, ? extends Mono<T>> body) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            return supervisor.now(session -> {
                try {
                    return body.apply(session);
                } catch (Throwable e) {
                    Callbacks.throwIfFatal(e);
                    return Mono.error(e);
                }
            });
        });
    }

    /**
     * Closes the server and starts it again, with a new session; one that is not running is only started. Calls in progress
     * fail; subscriptions of the host go on. Earlier failures do not count any more.
     *
     * @return completes when it is ready; fails with {@link McpServerUnavailableException} if it does not start, was not started
     *     yet, is just starting, or is closing. <em>Cancellation</em> stops waiting; the restart goes on.
     */
    public Mono<Void> restart() {
        return supervisor.restart();
    }

    /**
     * Sets the lowest level of log messages that the server sends to the caller that the context of the subscriber names, now
     * and after each start; see {@link McpSession#setLogLevel}. Kept for 64 callers; that of the oldest is forgotten.
     *
     * @return completes when the server has answered; fails as {@link #useOne}, and then holds from the next start on
     */
    public Mono<Void> setLogLevel(LogLevel level) {
        return Mono.deferContextual(context -> {
            CallContext.check(context);
            supervisor.logLevels().set(Caller.of(context), level);
            return useOne(session -> session.setLogLevel(level));
        });
    }

    /**
     * Releases the server from quarantine and starts it.
     *
     * @return completes when it is ready, and at once if it is not in quarantine; fails as {@link #restart()}.
     *     <em>Cancellation</em> stops waiting; the start goes on.
     */
    public Mono<Void> release() {
        return supervisor.release();
    }
}
