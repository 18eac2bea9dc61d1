package dev.mcpflux.host;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Callbacks;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.EventSink;
import dev.mcpflux.transport.Termination;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One server of a host: its session, where it is in its life, and what was read of its lists. */
final class ManagedServer {

    private static final Logger log = LoggerFactory.getLogger(McpHost.class);

    /** How long reading one whole list may take at the most. */
    private static final Duration LIST_LIMIT = Duration.ofMinutes(1);

    /** What fails in less time is tried again by each call; the first request by HTTP in a JVM alone takes over a second. */
    private static final Duration AT_ONCE = Duration.ofSeconds(3);

    private final ServerDefinition definition;
    private final TransportFactory transports;
    private final SessionOptions options;
    private final EventSink<HostEvent> events;
    private final AtomicReference<Life> life;
    /** Emits each session that becomes ready, for what goes on from one to the next. */
    private final EventSink<McpSession> ready = new EventSink<>();

    /** What was agreed on when it was ready last, or null if it has not been. */
    private volatile @Nullable PeerInfo lastPeer;

    private final KeptList<Listing<CatalogueTool>> tools;
    private final KeptList<Listing<CataloguePrompt>> prompts;
    private final KeptList<List<Resources.Resource>> resources;
    private final KeptList<List<Resources.Template>> templates;
    /** When an attempt to reach the server again may begin, on the clock of {@link #now()}. */
    private volatile long nextAttempt;

    private final Mono<Void> start;
    private final Mono<Void> close;

    ManagedServer(
            ServerDefinition definition,
            SessionOptions defaults,
            TransportFactory transports,
            EventSink<HostEvent> events) {
        this.definition = definition;
        this.transports = transports;
        this.events = events;
        ServerOptions config = definition.options();
        SessionOptions own = defaults;
        if (config.startTimeout() != null) {
            own = own.mutate().startTimeout(config.startTimeout()).build();
        }
        if (config.request() != null) {
            own = own.mutate().request(config.request()).build();
        }
        if (config.era() != null) {
            own = own.mutate().era(config.era()).build();
        }
        this.options = own;
        Life first = Life.begin();
        this.life = new AtomicReference<>(
                config.disabled() == null
                        ? first
                        : first.disabled(
                                new McpConfigurationException(name(), "it is switched off by " + config.disabled())));
        long together = own.lists().maxBytes();
        this.tools = new KeptList<>(
                together,
                s -> listing("tool", s, s.listTools().map(tool -> CatalogueTool.of(name(), tool))),
                (s, caller) -> s.notifiesChangesOf(ListKind.TOOLS, caller));
        this.prompts = new KeptList<>(
                together,
                s -> listing("prompt", s, s.listPrompts().map(prompt -> CataloguePrompt.of(name(), prompt))),
                (s, caller) -> s.notifiesChangesOf(ListKind.PROMPTS, caller));
        this.resources = new KeptList<>(
                together,
                s -> whole("resource", s, s.listResources()),
                (s, caller) -> s.notifiesChangesOf(ListKind.RESOURCES, caller));
        this.templates = new KeptList<>(
                together,
                s -> whole("resource template", s, s.listResourceTemplates()),
                (s, caller) -> s.notifiesChangesOf(ListKind.RESOURCES, caller));
        this.start = Callbacks.once(this::doStart);
        this.close = Callbacks.once(this::doClose);
    }

    /** All of a list, within a time of its own: one that goes on and on must not hold up those of all others. */
    private <T> Mono<List<T>> whole(String kind, McpSession session, Flux<T> list) {
        return Mono.defer(() -> whole(kind, session, list, session.mark()));
    }

    private <T> Mono<List<T>> whole(String kind, McpSession session, Flux<T> list, long mark) {
        Duration total = options.request().totalTimeout();
        Duration limit = total.compareTo(LIST_LIMIT) < 0 ? total : LIST_LIMIT;
        return list.collectList()
                .map(List::copyOf)
                .timeout(limit, options.timer())
                .onErrorMap(
                        TimeoutException.class,
                        e -> new McpTimeoutException(
                                name(),
                                McpTimeoutException.Phase.REQUEST,
                                "the list of its " + kind + "s",
                                limit,
                                options.request().source(),
                                session.diagnosticsSince(mark)));
    }

    private <E extends CatalogueEntry> Mono<Listing<E>> listing(String kind, McpSession session, Flux<E> list) {
        return whole(kind, session, list).map(all -> new Listing<>(all, name -> duplicate(kind, name)));
    }

    private void duplicate(String kind, String name) {
        // a quoted name cannot forge a line of the log
        String shown = mask(name);
        log.warn(
                "[{}] it lists the {} {} more than once; the first one counts",
                name(),
                kind,
                SafeText.line(shown, 400));
        events.emit(new HostEvent.DuplicateName(name(), kind, shown));
    }

    /** A text of the server with configured secrets masked, to be shown. */
    String mask(String text) {
        McpSession session = life.get().session;
        return session == null ? text : session.mask(text);
    }

    String name() {
        return definition.name();
    }

    boolean required() {
        return definition.options().required();
    }

    /** Starts it, once; completes when it is ready or has failed, and never fails itself. */
    Mono<Void> start() {
        return start;
    }

    private Mono<Void> doStart() {
        return move(l -> l.state == ServerState.PENDING
                        ? l.to(ServerState.STARTING).next()
                        : l)
                ? run(life.get())
                : Mono.empty();
    }

    /** Resolves the definition and opens a session of one life; completes when it is ready or has failed. */
    private Mono<Void> run(Life mine) {
        long begin = now();
        return transports
                .transport(definition)
                .flatMap(transport -> {
                    McpSession session = McpSession.create(transport, options);
                    // from here on who closes the server closes the session, open or not
                    return move(l -> l.isStarting(mine) ? l.with(session) : l)
                            ? open(mine, session, begin)
                            : Mono.empty();
                })
                .doOnError(e -> {
                    long took = now() - begin;
                    nextAttempt = took < AT_ONCE.toMillis() ? 0 : now() + took;
                    move(l -> l.isStarting(mine) ? l.failed(asMcp(e)) : l);
                })
                // not lost: it is the server's state now, and told by it
                .onErrorComplete()
                .then()
                .doOnTerminate(() -> mine.settled.tryEmitEmpty());
    }

    private Mono<PeerInfo> open(Life mine, McpSession session, long begin) {
        // ends with the session
        EventSink.direct(session.events()).subscribe(this::onEvent);
        return session.open().doOnNext(peer -> {
            Duration took = Duration.ofMillis(now() - begin);
            if (move(l -> l.isStarting(mine) ? l.ready(peer, took) : l)) {
                lastPeer = peer;
                ready.emit(session);
                // looked at once it is ready: one that ended while it became so is lost, and not ready for ever
                session.onTermination().subscribe(cause -> onTermination(session, cause));
            }
        });
    }

    /**
     * Takes the server down and starts it again, with a session of its own. <em>Cancellation</em> stops waiting for it.
     *
     * @return completes when it is ready; fails with {@link McpServerUnavailableException} if it does not start, or is not
     *     one that could be started again: it has not started yet, or the host is closing
     */
    Mono<Void> restart() {
        return Mono.defer(() -> {
            Life before = life.get();
            if (before.last || (before.state != ServerState.READY && before.state != ServerState.FAILED)) {
                return Mono.error(new McpServerUnavailableException(name(), before.state, before.error));
            }
            Life again = begin(before);
            return again == null ? restart() : settled(again).then();
        });
    }

    /** Begins another life in place of one that is over; null if somebody else has done so. */
    private @Nullable Life begin(Life before) {
        Life again = before.again();
        if (!life.compareAndSet(before, again)) {
            return null;
        }
        tell(before, again);
        listsChanged();
        // this one owns the restart: who waits for it may go away
        close(before.session)
                .onErrorResume(e -> {
                    log.warn("[{}] closing it failed: {}", name(), SafeText.line(e));
                    return Mono.empty();
                })
                .then(Mono.defer(() -> run(again)))
                .subscribe();
        return again;
    }

    private Mono<McpSession> settled(Life starting) {
        return starting.whenSettled().then(Mono.defer(() -> settledSession(starting)));
    }

    /**
     * A server by the network that was not there may be back. An attempt that took long is not made again before as much time
     * has passed: who only wants to know what there is must not always wait for a server that is not.
     */
    private boolean mayBeBack(Life now) {
        McpException error = now.error;
        return now.state == ServerState.FAILED
                && !now.last
                && definition.remote()
                && error != null
                // also where somebody has to mend a name or a certificate first: it may have been done
                && (error.isTransient() || error instanceof McpConnectionException);
    }

    private Mono<McpSession> tryAgain(Life failed) {
        if (!mayBeBack(failed) || now() < nextAttempt) {
            return Mono.error(unavailable(failed));
        }
        Life again = begin(failed);
        return again == null ? session() : settled(again);
    }

    McpServerUnavailableException unavailable() {
        return unavailable(life.get());
    }

    private McpServerUnavailableException unavailable(Life now) {
        return new McpServerUnavailableException(
                name(), now.state, now.error, mayBeBack(now) && now.error != null && now.error.isTransient());
    }

    private McpException asMcp(Throwable e) {
        String source = definition.options().startTimeoutSource();
        if (source != null
                && e instanceof McpTimeoutException late
                && late.limit().equals(definition.options().startTimeout())) {
            return late.withSource(source);
        }
        return e instanceof McpException mcp
                ? mcp
                : new McpConnectionException(name(), "it failed: " + e, Diagnostics.NONE, e);
    }

    /**
     * Completes when the server has settled; fails, for a required server, if it has failed.
     */
    Mono<Void> awaitStart() {
        return Mono.defer(() -> life.get().whenSettled()).then(Mono.defer(() -> {
            Life now = life.get();
            return required() && now.state == ServerState.FAILED ? Mono.error(unavailable(now)) : Mono.empty();
        }));
    }

    private void onEvent(SessionEvent event) {
        if (event instanceof SessionEvent.ListChanged changed) {
            switch (changed.kind()) {
                case TOOLS -> tools.changed();
                case PROMPTS -> prompts.changed();
                case RESOURCES -> {
                    resources.changed();
                    templates.changed();
                }
                case RESOURCE_TEMPLATES -> {
                    // reported as RESOURCES
                }
            }
        } else if (event instanceof SessionEvent.Link link
                && link.event() instanceof ConnectionEvent.SessionEnded ended) {
            tools.forget(ended.caller());
            prompts.forget(ended.caller());
            resources.forget(ended.caller());
            templates.forget(ended.caller());
        }
        events.emit(new HostEvent.FromServer(name(), event));
    }

    private void listsChanged() {
        tools.changed();
        prompts.changed();
        resources.changed();
        templates.changed();
    }

    /** A session that was replaced by a newer one changes nothing any more. */
    @SuppressWarnings("ReferenceEquality")
    private void onTermination(McpSession session, Termination cause) {
        if (cause.kind() == Termination.Kind.LOST
                && move(l -> l.session == session && l.state == ServerState.READY
                        ? l.failed(cause.toException(name(), null))
                        : l)) {
            log.warn("[{}] lost: {}", name(), SafeText.line(cause.reason()));
            // what is left of it, a process without stdout or a grandchild, goes now and not when the host closes
            session.close().subscribe(null, e -> log.warn("[{}] closing it failed: {}", name(), SafeText.line(e)));
        }
    }

    /**
     * The session, once it is ready; fails with {@link McpServerUnavailableException} if it is not or no longer. A server by the
     * network that could not be reached is tried again first, once for all who ask meanwhile.
     */
    Mono<McpSession> session() {
        return Mono.defer(() -> {
            Life now = life.get();
            return switch (now.state) {
                case READY -> Mono.just(now.readySession());
                case PENDING, STARTING -> settled(now);
                case FAILED -> tryAgain(now);
                default -> Mono.error(unavailable(now));
            };
        });
    }

    /** Whether it has been ready in this host, be it there now or not. */
    boolean wasReady() {
        return lastPeer != null;
    }

    /** Whether it has been ready in this host, and said that it has resources. */
    boolean offeredResources() {
        PeerInfo peer = lastPeer;
        return peer != null && peer.capabilities().resources() != null;
    }

    /** The session, if it is ready now; else null, and {@link #session()} waits for it or says why. */
    @Nullable
    McpSession readyNow() {
        Life now = life.get();
        return now.state == ServerState.READY ? now.session : null;
    }

    private Mono<McpSession> settledSession(Life waited) {
        Life now = life.get();
        if (now.state == ServerState.STARTING && !now.isSame(waited)) {
            return session();
        }
        return now.state == ServerState.READY ? Mono.just(now.readySession()) : Mono.error(unavailable(now));
    }

    /** The session that is ready, and each that takes its place when the server is started again. */
    Flux<McpSession> sessions() {
        return Flux.defer(
                () -> Flux.merge(EventSink.direct(ready.flux()), session()).distinctUntilChanged());
    }

    /** Its tools; as {@link #session} where it is not there. */
    Mono<Listing<CatalogueTool>> tools() {
        return session().flatMap(tools::of);
    }

    Mono<Listing<CataloguePrompt>> prompts() {
        return session().flatMap(prompts::of);
    }

    Mono<List<Resources.Resource>> resources() {
        return session().flatMap(resources::of);
    }

    Mono<List<Resources.Template>> templates() {
        return session().flatMap(templates::of);
    }

    ServerStatus status() {
        Life now = life.get();
        boolean there =
                now.state == ServerState.STARTING || now.state == ServerState.READY || now.state == ServerState.CLOSING;
        return new ServerStatus(
                name(),
                now.state,
                now.peer,
                there && now.session != null ? now.session.pid() : null,
                now.startTime,
                now.generation,
                now.error);
    }

    int pendingRequests() {
        McpSession session = life.get().session;
        return session == null ? 0 : session.pendingRequests();
    }

    int callsUnderWay() {
        McpSession session = life.get().session;
        return session == null ? 0 : session.callsUnderWay();
    }

    Mono<Void> close() {
        return close;
    }

    /** Closes it without waiting, also where closing is under way; emits what that was waiting for. */
    Mono<String> closeNow() {
        // closing begins first: from then on nobody starts it again
        return Mono.zip(close.onErrorComplete().thenReturn(true), Mono.defer(() -> {
                    Life last = life.get();
                    Mono<String> stage = closeNow(last.session);
                    return last.previous == null
                            ? stage
                            : Mono.zip(closeNow(last.previous), stage).map(both -> both.getT2());
                }))
                .map(both -> both.getT2());
    }

    private static Mono<String> closeNow(@Nullable McpSession session) {
        return session == null ? Mono.just("nothing") : session.closeNow();
    }

    private Mono<Void> doClose() {
        move(l -> l.isOut() ? l.closing() : l.to(ServerState.CLOSING));
        Life last = life.get();
        Mono<Void> gone = last.previous == null
                ? close(last.session)
                : Mono.whenDelayError(close(last.previous), close(last.session));
        return gone.doOnTerminate(() -> {
            move(l -> l.isOut() ? l : l.to(ServerState.CLOSED));
            last.settled.tryEmitEmpty();
            ready.complete();
        });
    }

    private static Mono<Void> close(@Nullable McpSession session) {
        return session == null ? Mono.empty() : session.close();
    }

    /** For a server that was never started. */
    void dismiss() {
        if (move(l -> l.state == ServerState.PENDING ? l.to(ServerState.CLOSED) : l)) {
            life.get().settled.tryEmitEmpty();
            ready.complete();
        }
    }

    /** Goes to another state and tells so; returns whether it did. */
    // a step that changes nothing gives back the very same life
    @SuppressWarnings("ReferenceEquality")
    private boolean move(UnaryOperator<Life> step) {
        Life before = life.getAndUpdate(step);
        Life after = step.apply(before);
        if (after == before) {
            return false;
        }
        tell(before, after);
        return true;
    }

    private void tell(Life before, Life after) {
        if (before.state != after.state) {
            log.debug("[{}] {} -> {}", name(), before.state, after.state);
            events.emit(new HostEvent.StateChanged(name(), before.state, after.state, after.error));
        }
    }

    private long now() {
        return options.timer().now(TimeUnit.MILLISECONDS);
    }

    /**
     * One run of the server, from a start to the next.
     *
     * @param session there once the definition is resolved
     * @param previous the session before, which may still be going down
     * @param last whether there will be no next
     */
    private record Life(
            ServerState state,
            int generation,
            @Nullable McpSession session,
            Sinks.Empty<Void> settled,
            @Nullable PeerInfo peer,
            @Nullable Duration startTime,
            @Nullable McpException error,
            @Nullable McpSession previous,
            boolean last) {

        static Life begin() {
            return new Life(ServerState.PENDING, 0, null, Sinks.empty(), null, null, null, null, false);
        }

        /** Each who waits is told, whatever the others do with it. */
        Mono<Void> whenSettled() {
            return Callbacks.isolated(settled.asMono());
        }

        /** Whether it is the same run of the server, maybe in another state. */
        // each run has a sink of its own
        @SuppressWarnings("ReferenceEquality")
        boolean isSame(Life other) {
            return settled == other.settled;
        }

        boolean isStarting(Life run) {
            return isSame(run) && state == ServerState.STARTING;
        }

        McpSession readySession() {
            return Objects.requireNonNull(session, "session");
        }

        Life with(McpSession opening) {
            return new Life(state, generation, opening, settled, peer, startTime, error, previous, last);
        }

        Life to(ServerState next) {
            return new Life(next, generation, session, settled, peer, startTime, error, previous, last);
        }

        Life next() {
            return new Life(state, generation + 1, session, settled, peer, startTime, error, previous, last);
        }

        Life again() {
            return new Life(
                    ServerState.STARTING, generation + 1, null, Sinks.empty(), null, null, null, session, false);
        }

        Life ready(PeerInfo info, Duration took) {
            return new Life(ServerState.READY, generation, session, settled, info, took, null, previous, last);
        }

        Life failed(McpException cause) {
            return new Life(ServerState.FAILED, generation, session, settled, peer, startTime, cause, previous, last);
        }

        /** It is switched off, and nobody has to wait for it. */
        Life disabled(McpConfigurationException cause) {
            settled.tryEmitEmpty();
            return new Life(ServerState.DISABLED, 0, session, settled, null, null, cause, null, true);
        }

        /** Whether its state is not changed by closing the host. */
        boolean isOut() {
            return state == ServerState.FAILED || state == ServerState.DISABLED;
        }

        /** It failed, stays so, and is not started again. */
        Life closing() {
            return new Life(state, generation, session, settled, peer, startTime, error, previous, true);
        }
    }
}
