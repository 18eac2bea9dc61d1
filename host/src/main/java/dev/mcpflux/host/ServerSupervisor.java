package dev.mcpflux.host;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpAuthorizationRequiredException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.ServerLife.Attempt;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes one server through its {@linkplain ServerLife life}: starts it, tries it again, closes it, and reports each change of
 * its state. It owns the subscription to each start, so a caller that stops waiting does not
 * end the start.
 */
final class ServerSupervisor {

    private static final Logger log = LoggerFactory.getLogger(ServerSupervisor.class);

    private final ServerDefinition definition;
    private final SessionFactory sessions;
    private final RestartPolicy policy;
    private final HostEvents events;
    private final AtomicReference<ServerLife> life;
    private final EventSink<McpSession> ready = new EventSink<>();

    private volatile @Nullable PeerInfo lastPeer;

    private final Mono<Void> start = Callbacks.once(this::doStart);
    private final Mono<Void> close = Callbacks.once(this::doClose);

    ServerSupervisor(
            ServerDefinition definition,
            SessionOptions defaults,
            TransportFactory transports,
            EraMemory memory,
            HostEvents events) {
        this.definition = definition;
        this.sessions = new SessionFactory(definition, defaults, transports, memory);
        this.policy = new RestartPolicy(definition.remote());
        this.events = events;
        String disabled = definition.options().disabled();
        this.life = new AtomicReference<>(
                disabled == null
                        ? new ServerLife.Waiting(Attempt.after(0))
                        : new ServerLife.Disabled(
                                new McpConfigurationException(name(), "it is switched off by " + disabled)));
    }

    String name() {
        return definition.name();
    }

    boolean required() {
        return definition.options().required();
    }

    /** The options of its sessions. */
    SessionOptions options() {
        return sessions.options();
    }

    /** Where it is in its life now. */
    ServerLife life() {
        return life.get();
    }

    /** What was agreed on when it was ready last, or null if it has not been ready in this host. */
    @Nullable
    PeerInfo lastPeer() {
        return lastPeer;
    }

    /** Each session that becomes ready from now on, on the thread that made it ready; completes when the server is closed. */
    Flux<McpSession> readySessions() {
        return EventSink.direct(ready.flux());
    }

    /** The session, once it is ready; as {@link ServerHandle#use} says where it is not. */
    Mono<McpSession> session() {
        return Mono.defer(() -> {
            ServerLife now = life.get();
            if (now instanceof ServerLife.Ready here) {
                return Mono.just(here.session());
            }
            if (now instanceof ServerLife.Waiting || now instanceof ServerLife.Starting) {
                return settled(now.pending());
            }
            return now instanceof ServerLife.Failed failed ? tryAgain(failed) : Mono.error(unusable(now));
        });
    }

    private Mono<McpSession> settled(@Nullable Attempt attempt) {
        return (attempt == null ? Mono.<Void>empty() : attempt.whenSettled()).then(Mono.defer(() -> {
            ServerLife now = life.get();
            if (attempt != null && now instanceof ServerLife.Starting && now.generation() != attempt.number()) {
                return session();
            }
            return now instanceof ServerLife.Ready here ? Mono.just(here.session()) : Mono.error(unusable(now));
        }));
    }

    /** Starts it, once; completes when it is ready or has failed, and never fails itself. */
    Mono<Void> start() {
        return start;
    }

    private Mono<Void> doStart() {
        ServerLife before = move(LifeEvent.Signal.START);
        Attempt attempt = before == null ? null : before.pending();
        return attempt == null ? Mono.empty() : run(attempt);
    }

    /** Resolves the definition and opens a session; completes when it is ready or has failed. */
    private Mono<Void> run(Attempt attempt) {
        long begin = now();
        return sessions.create()
                // from here on closing the server closes the session, open or not
                .flatMap(session -> move(new LifeEvent.Resolved(attempt.number(), session)) == null
                        ? Mono.<PeerInfo>empty()
                        : open(attempt, session, begin))
                .doOnError(e -> {
                    long now = now();
                    policy.failed(now, now - begin);
                    move(new LifeEvent.StartFailed(attempt.number(), sessions.toMcp(e)));
                })
                // not lost: it is part of the server's state now
                .onErrorComplete()
                .then()
                .doOnTerminate(attempt::settle);
    }

    private Mono<PeerInfo> open(Attempt attempt, McpSession session, long begin) {
        // ends with the session
        EventSink.direct(session.events()).subscribe(event -> events.emit(new HostEvent.FromServer(name(), event)));
        return session.open().doOnNext(peer -> {
            Duration took = Duration.ofMillis(now() - begin);
            if (move(new LifeEvent.Opened(attempt.number(), peer, took)) != null) {
                lastPeer = peer;
                ready.emit(session);
                // subscribed once it is ready: one that ended while it became so is lost at once
                session.onTermination().subscribe(cause -> onTermination(attempt, session, cause));
            }
        });
    }

    private void onTermination(Attempt attempt, McpSession session, Termination cause) {
        if (cause.kind() == Termination.Kind.LOST
                && move(new LifeEvent.Lost(attempt.number(), cause.toException(name(), null))) != null) {
            log.warn("[{}] lost: {}", name(), SafeText.line(cause.reason()));
            // what is left of it, a process without stdout or a grandchild, goes now and not when the host closes
            session.close().subscribe(null, this::closeFailed);
        }
    }

    private void closeFailed(Throwable e) {
        log.warn("[{}] closing it failed: {}", name(), SafeText.line(e));
    }

    /** See {@link McpHost#restart}. */
    Mono<Void> restart() {
        return Mono.defer(() -> {
            ServerLife before = life.get();
            if (!(before instanceof ServerLife.Ready) && !(before instanceof ServerLife.Failed)) {
                return Mono.error(new McpServerUnavailableException(name(), before.state(), before.error()));
            }
            Attempt again = startAgain(before);
            return again == null ? restart() : settled(again).then();
        });
    }

    /** Starts it again in place of a start that is over; null if somebody else has done so. */
    private @Nullable Attempt startAgain(ServerLife over) {
        Attempt again = Attempt.after(over.generation());
        ServerLife before = move(new LifeEvent.StartAgain(again));
        if (before == null) {
            return null;
        }
        // the handle owns the restart: a caller that waits for it may go away
        close(before.session())
                .onErrorResume(e -> {
                    closeFailed(e);
                    return Mono.empty();
                })
                .then(Mono.defer(() -> run(again)))
                .subscribe();
        return again;
    }

    private Mono<McpSession> tryAgain(ServerLife.Failed failed) {
        if (!policy.allows(failed, now())) {
            return Mono.error(unusable(failed));
        }
        Attempt again = startAgain(failed);
        return again == null ? session() : settled(again);
    }

    /** Why it cannot be used now. */
    McpException unusable() {
        return unusable(life.get());
    }

    /** A missing login is what a caller can do something about, so it is not wrapped; each caller gets an exception of its own. */
    private McpException unusable(ServerLife now) {
        return now.error() instanceof McpAuthorizationRequiredException login
                ? new McpAuthorizationRequiredException(name(), login.problem(), login.url(), login.userCode())
                : unavailable(now);
    }

    private McpServerUnavailableException unavailable(ServerLife now) {
        McpException error = now.error();
        return new McpServerUnavailableException(
                name(), now.state(), error, policy.mayBeBack(now) && error != null && error.isTransient());
    }

    /** Completes when the server has settled; fails, for a required server, if it has failed. */
    Mono<Void> awaitStart() {
        return Mono.defer(() -> {
            Attempt attempt = life.get().pending();
            return attempt == null
                    ? failureIfRequired()
                    : attempt.whenSettled().then(Mono.defer(this::failureIfRequired));
        });
    }

    private Mono<Void> failureIfRequired() {
        ServerLife now = life.get();
        return required() && now.state() == ServerState.FAILED ? Mono.error(unavailable(now)) : Mono.empty();
    }

    /** Closes it, and the session before where that is still closing; then it is not started again. */
    Mono<Void> close() {
        return close;
    }

    private Mono<Void> doClose() {
        move(LifeEvent.Signal.CLOSE);
        ServerLife last = life.get();
        return Mono.whenDelayError(close(last.previous()), close(last.session()))
                .doOnTerminate(this::end);
    }

    private void end() {
        Attempt attempt = life.get().pending();
        move(LifeEvent.Signal.GONE);
        if (attempt != null) {
            attempt.settle();
        }
        ready.complete();
    }

    private static Mono<Void> close(@Nullable McpSession session) {
        return session == null ? Mono.empty() : session.close();
    }

    /** Closes it without waiting, also where closing is under way; emits what that was waiting for. */
    Mono<String> closeNow() {
        // closing begins first: from then on nobody starts it again
        return Mono.zip(close.onErrorComplete().thenReturn(true), Mono.defer(() -> {
                    ServerLife last = life.get();
                    return Mono.zip(closeNow(last.previous()), closeNow(last.session()))
                            .map(stages -> stages.getT2());
                }))
                .map(both -> both.getT2());
    }

    private static Mono<String> closeNow(@Nullable McpSession session) {
        return session == null ? Mono.just("nothing") : session.closeNow();
    }

    /** For a server whose host closed before its turn came. */
    void dismiss() {
        ServerLife before = move(LifeEvent.Signal.DISMISS);
        if (before != null && before.pending() != null) {
            before.pending().settle();
            ready.complete();
        }
    }

    /** Applies an event and reports a change of the state; returns the life before, or null if the event changed nothing. */
    @SuppressWarnings("ReferenceEquality")
    private @Nullable ServerLife move(LifeEvent event) {
        ServerLife before = life.getAndUpdate(now -> ServerLife.next(now, event));
        ServerLife after = ServerLife.next(before, event);
        if (after == before) {
            return null;
        }
        if (before.state() != after.state()) {
            log.debug("[{}] {} -> {}", name(), before.state(), after.state());
            events.emit(new HostEvent.StateChanged(name(), before.state(), after.state(), after.error()));
        }
        return before;
    }

    private long now() {
        return sessions.options().timer().now(TimeUnit.MILLISECONDS);
    }
}
