package dev.mcpflux.host;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.internal.Callbacks;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One server of a host, across all its starts. {@link #use} is the only way to its session; the host's own calls, lists and
 * subscriptions take it as well. Any thread may use it. Nothing here is keyed by caller.
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
        ServerLife now = supervisor.life();
        ServerState state = now.state();
        McpSession session = now.session();
        boolean there = state == ServerState.STARTING || state == ServerState.READY || state == ServerState.CLOSING;
        return new ServerStatus(
                name(),
                state,
                now.peer(),
                there && session != null ? session.pid() : null,
                now.startTime(),
                now.generation(),
                now.error());
    }

    /**
     * Uses the session of the server.
     *
     * @param body what to do; called for each subscription when the server is ready. The session belongs to the host: it must
     *     not be closed, nor used after the publisher has ended
     * @return what the publisher emits. Waits while the server is starting, and for a server reached by a network that could
     *     not be reached, tries it again first, once for all who ask meanwhile. Fails with
     *     {@link McpServerUnavailableException} if the server has failed, is switched off or is closed, and with what
     *     {@code body} throws. When the server is lost, its requests fail; they are not moved to the next session.
     *     <p><em>Cancellation</em> cancels the publisher, or stops waiting; the start of the server goes on.
     *     <p><em>Thread:</em> that of the subscriber where the server is ready, else the one that made it ready.
     */
    public <T> Flux<T> use(Function<? super McpSession, ? extends Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            CallContext.check(context);
            return supervisor.life() instanceof ServerLife.Ready now
                    ? apply(body, now.session())
                    : supervisor.session().flatMapMany(session -> apply(body, session));
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
            return now(session -> {
                try {
                    return body.apply(session);
                } catch (Throwable e) {
                    Callbacks.throwIfFatal(e);
                    return Mono.error(e);
                }
            });
        });
    }

    /** As {@link #useOne}, decided now, by somebody who is being subscribed already: no operator where it is ready. */
    <T> Mono<T> now(Function<? super McpSession, ? extends Mono<T>> body) {
        return supervisor.life() instanceof ServerLife.Ready now
                ? body.apply(now.session())
                : supervisor.session().flatMap(body);
    }

    /** As {@link #use}, of the session that is ready and of each that takes its place; the body of the one before is cancelled. */
    <T> Flux<T> useEach(Function<McpSession, Flux<T>> body) {
        return Flux.defer(() -> Flux.merge(supervisor.readySessions(), supervisor.session())
                        .distinctUntilChanged())
                .switchMap(body::apply);
    }

    /** Whether the server is ready with this session, and not with one that took its place. */
    @SuppressWarnings("ReferenceEquality")
    boolean isCurrent(McpSession session) {
        return supervisor.life() instanceof ServerLife.Ready now && now.session() == session;
    }

    /** The options of its sessions. */
    SessionOptions options() {
        return supervisor.options();
    }

    /** Whether it can be used now. */
    boolean isReady() {
        return supervisor.life() instanceof ServerLife.Ready;
    }

    /** Whether it has been ready in this host, be it there now or not. */
    boolean wasReady() {
        return supervisor.lastPeer() != null;
    }

    /** Whether it has been ready in this host, and declared resources. */
    boolean offeredResources() {
        PeerInfo peer = supervisor.lastPeer();
        return peer != null && peer.capabilities().resources() != null;
    }

    /** A text of the server with configured secrets masked, to be shown. */
    String mask(String text) {
        McpSession session = supervisor.life().session();
        return session == null ? text : session.mask(text);
    }

    int pendingRequests() {
        McpSession session = supervisor.life().session();
        return session == null ? 0 : session.pendingRequests();
    }

    int callsUnderWay() {
        McpSession session = supervisor.life().session();
        return session == null ? 0 : session.callsUnderWay();
    }

    /** Why it cannot be used now. */
    McpException unusable() {
        return supervisor.unusable();
    }

    /** Whether a failure says that the server cannot be used now, as its state does. */
    boolean isUnusable(Throwable e) {
        return e instanceof McpServerUnavailableException
                || (e instanceof McpAuthorizationRequiredException && !isReady());
    }

    /** What starts and closes it. */
    ServerSupervisor supervisor() {
        return supervisor;
    }
}
