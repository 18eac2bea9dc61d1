package dev.mcpflux.host.server;

import dev.mcpflux.client.EraMemory;
import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.client.SessionOptions;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.LifetimeOptions;
import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.config.TransportFactory;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Termination;
import dev.mcpflux.transport.spi.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Takes one server through its {@linkplain ServerLife life}: starts it, starts it again, closes it, and reports each change. It
 * owns the subscription to each start, so a caller that stops waiting does not end the start. For the host itself; an
 * application has the {@link ServerHandle}. Any thread may use it. Nothing here is keyed by caller.
 */
public final class ServerSupervisor {

    private static final Logger log = LoggerFactory.getLogger(ServerSupervisor.class);

    private final ServerDefinition definition;
    private final ServerOptions server;
    private final SessionFactory sessions;
    private final RestartPolicy policy;
    private final ServerEvents events;
    private final Mono<Void> dependencies;
    private final @Nullable CallGate gate;
    /** Null where nothing of it is configured. */
    private final @Nullable Renewal renewal;
    /** Null where nothing of it is configured. */
    private final @Nullable Idleness idleness;

    private final Generation first = new Generation(1);
    private final EventSink<McpSession> ready = new EventSink<>();
    private final Sinks.Empty<Void> closing = Sinks.empty();
    private final ServerHandle handle = new ServerHandle(this);

    private final LifeCell cell;
    private final Departures departures;
    private final Refusals refusals;

    // guarded by this
    private @Nullable Alarm restartAlarm;

    // guarded by this
    private @Nullable LogLevels logLevels;

    private volatile @Nullable Generation known;
    private volatile boolean retired;
    private final Mono<Void> start = Callbacks.once(this::doStart);
    private final Mono<Void> close = Callbacks.once(this::doClose);

    /**
     * A server that is not started yet.
     *
     * @param defaults for what the options of the server do not say
     * @param decorator changes each transport
     * @param memory remembers the eras of all servers of the host
     * @param dependencies starts the servers that this one depends on, and completes when they have settled
     */
    public ServerSupervisor(
            ServerDefinition definition,
            SessionOptions defaults,
            TransportFactory transports,
            UnaryOperator<Transport> decorator,
            EraMemory memory,
            ServerEvents events,
            Mono<Void> dependencies) {
        this.definition = definition;
        this.server = definition.options();
        this.sessions = new SessionFactory(definition, defaults, transports, decorator, memory);
        this.policy = new RestartPolicy(server.restart(), definition.remote());
        this.events = events;
        this.dependencies = dependencies;
        SessionOptions options = sessions.options();
        boolean gated = definition.remote()
                || server.limits().any()
                || server.lifetime().countsUses();
        this.gate = gated ? new CallGate(this, server.limits(), options.timer()) : null;
        LifetimeOptions lifetime = server.lifetime();
        this.renewal = lifetime.maxLifetime() == null ? null : new Renewal(this, sessions, lifetime.maxLifetime());
        this.idleness = lifetime.idleTimeout() == null && lifetime.pingInterval() == null
                ? null
                : new Idleness(this, lifetime, options);
        String disabled = server.disabled();
        ServerLife life = disabled == null
                ? new ServerLife.Pending()
                : new ServerLife.Disabled(
                        new McpConfigurationException(definition.name(), "it is switched off by " + disabled));
        this.departures = new Departures(definition.name(), lifetime.drainTimeout(), options.timer());
        this.refusals = new Refusals(definition.name(), policy, this::now);
        this.cell = new LifeCell(
                definition.name(), events, this::now, departures::expect, life, disabled == null ? first : null);
    }

    public String name() {
        return definition.name();
    }

    /** The configuration of the server. */
    public ServerDefinition definition() {
        return definition;
    }

    /** What an application has of it. */
    public ServerHandle handle() {
        return handle;
    }

    /** Whether the host fails when it fails to start. */
    public boolean required() {
        return server.required();
    }

    /** The options of its sessions. */
    public SessionOptions options() {
        return sessions.options();
    }

    /** Where it is in its life now. */
    public ServerLife life() {
        return cell.position().life();
    }

    /** As {@link ServerHandle#life()}. */
    Flux<ServerLife> lives() {
        return cell.lives();
    }

    LifeCell.Position position() {
        return cell.position();
    }

    @Nullable
    CallGate gate() {
        return gate;
    }

    /** What was agreed on when it was ready last, or null if it has not been ready in this host. */
    public @Nullable PeerInfo lastPeer() {
        ServerLife.Ready last = cell.lastReady();
        return last == null ? null : last.peer();
    }

    /** Whether it can be used now. */
    public boolean isReady() {
        return position().usable() != null;
    }

    /** Whether the server can be used with this session, and not with one that took its place. */
    @SuppressWarnings("ReferenceEquality")
    public boolean isCurrent(McpSession session) {
        return position().usable() == session;
    }

    /** Whether it has been ready in this host, and declared resources. */
    public boolean offeredResources() {
        PeerInfo peer = lastPeer();
        return peer != null && peer.capabilities().resources() != null;
    }

    /** A text of the server with configured secrets masked, to be shown. */
    public String mask(String text) {
        Generation last = known;
        McpSession session = last == null ? null : last.session();
        return session == null ? text : session.mask(text);
    }

    /** How many requests wait for their response now. */
    public int pendingRequests() {
        McpSession session = current();
        return session == null ? 0 : session.pendingRequests();
    }

    /** How many calls are in progress. */
    public int callsUnderWay() {
        McpSession session = current();
        return departures.callsUnderWay() + (session == null ? 0 : session.callsUnderWay());
    }

    private @Nullable McpSession current() {
        Generation current = position().current();
        return current == null ? null : current.session();
    }

    /** As {@link ServerHandle#status()}. */
    ServerStatus status() {
        LifeCell.Position now = position();
        ServerLife.Ready last = cell.lastReady();
        McpSession session = now.current() == null ? null : now.current().session();
        return new ServerStatus(
                name(),
                now.life(),
                now.since(),
                required(),
                last == null ? null : last.peer(),
                session == null || now.life() instanceof ServerLife.Closed ? null : session.pid(),
                last == null ? null : last.startTime(),
                callsUnderWay(),
                gate == null ? 0 : gate.queued());
    }

    // -- uses

    /**
     * Uses the session for one result, decided now, by somebody who is being subscribed already: no operator where the server
     * is ready and has no limits. Waits and fails as {@link ServerHandle#use}.
     */
    public <T> Mono<T> now(Function<? super McpSession, ? extends Mono<T>> body) {
        if (gate != null) {
            return gate.one(body);
        }
        McpSession session = position().usable();
        return session != null ? body.apply(session) : session().flatMap(body);
    }

    /** As {@link ServerHandle#use}, of the session that is ready and of each that takes its place; the body of the one before is cancelled. */
    public <T> Flux<T> useEach(Function<McpSession, Flux<T>> body) {
        return Flux.defer(() -> Flux.merge(readySessions(), session()).distinctUntilChanged())
                .switchMap(session -> counted(session, body));
    }

    @SuppressWarnings("ReferenceEquality")
    private <T> Flux<T> counted(McpSession session, Function<McpSession, Flux<T>> body) {
        Generation current = position().current();
        return gate == null || current == null || current.session() != session
                ? body.apply(session)
                : gate.counted(current, body.apply(session));
    }

    /** Each session that becomes ready from now on, on the thread that made it ready; completes when the server is closed. */
    private Flux<McpSession> readySessions() {
        return EventSink.direct(ready.flux());
    }

    /** The session, once it is ready; as {@link ServerHandle#use} says where it is not. */
    Mono<McpSession> session() {
        return Mono.defer(() -> {
            LifeCell.Position now = position();
            if (now.usable() != null) {
                return Mono.just(now.usable());
            }
            ServerLife life = now.life();
            Generation current = now.current();
            if (current != null && (life instanceof ServerLife.Pending || life instanceof ServerLife.Starting)) {
                return settled(current);
            }
            boolean starts = life instanceof ServerLife.Idle || policy.allowsCall(life, now());
            return starts ? startedByUse(life) : Mono.error(refusals.unusable(life));
        });
    }

    private Mono<McpSession> startedByUse(ServerLife life) {
        Generation again = startAgain(life, policy.attempt());
        return again == null ? session() : settled(again);
    }

    private Mono<McpSession> settled(Generation generation) {
        return generation.whenSettled().then(Mono.defer(() -> {
            LifeCell.Position now = position();
            if (now.usable() != null) {
                return Mono.just(now.usable());
            }
            boolean moved = now.life() instanceof ServerLife.Idle
                    || (now.life() instanceof ServerLife.Starting && now.current() != generation);
            return moved ? session() : Mono.error(refusals.unusable(now.life()));
        }));
    }

    // -- starting

    /** Its turn has come: starts it, once, or lets its first use do so; completes when it is ready or has failed, and never fails itself. */
    public Mono<Void> start() {
        return start;
    }

    private Mono<Void> doStart() {
        if (server.lifetime().lazy()) {
            if (move(LifeEvent.Signal.AWAIT_USE, null) != null) {
                // its place is taken by one for each start
                leave(first);
            }
            first.settle();
            return Mono.empty();
        }
        return move(LifeEvent.Signal.START, first) == null ? Mono.empty() : run(first);
    }

    /** Starts it if it is not running but can be; completes when it has settled, and never fails. */
    public Mono<Void> ensureStarted() {
        return Mono.defer(() -> {
            LifeCell.Position now = position();
            if (now.life() instanceof ServerLife.Idle idle) {
                Generation fresh = startAgain(idle, policy.attempt());
                return fresh == null ? ensureStarted() : fresh.whenSettled();
            }
            boolean settles = now.life() instanceof ServerLife.Pending || now.life() instanceof ServerLife.Starting;
            return settles && now.current() != null ? now.current().whenSettled() : Mono.empty();
        });
    }

    /** Resolves the definition and opens a session; completes when it is ready or has failed. */
    private Mono<Void> run(Generation generation) {
        return departures
                .released()
                .then(dependencies)
                .then(Mono.defer(() -> {
                    long begin = now();
                    return sessions.create(generation)
                            // from here on closing the server closes the session, open or not
                            .flatMap(session -> {
                                known = generation;
                                return generation.attach(session)
                                        ? open(generation, session, begin)
                                        : Mono.<PeerInfo>empty();
                            })
                            .doOnError(e -> startFailed(generation, sessions.toMcp(e), begin));
                }))
                // not lost: it is part of the server's state now
                .onErrorComplete()
                .then()
                .doOnTerminate(generation::settle);
    }

    private Mono<PeerInfo> open(Generation generation, McpSession session, long begin) {
        listen(session);
        return session.open().doOnNext(peer -> {
            Duration took = Duration.ofMillis(now() - begin);
            if (move(new LifeEvent.Opened(generation.number(), peer, took), generation) != null) {
                isReady(generation, session);
            }
        });
    }

    /** Passes the reports of a session on; ends with the session. */
    void listen(McpSession session) {
        EventSink.direct(session.events()).subscribe(event -> events.reported(name(), event));
    }

    /** A session can be used from now on. */
    void isReady(Generation generation, McpSession session) {
        policy.ready(now());
        if (gate != null) {
            gate.sessionBegan();
        }
        restoreLogLevels(session);
        ready.emit(session);
        if (renewal != null) {
            renewal.ready(generation);
        }
        if (idleness != null) {
            idleness.ready(generation);
        }
        // subscribed once it is ready: one that ended while it became so is lost at once
        session.onTermination().subscribe(cause -> {
            if (cause.kind() == Termination.Kind.LOST) {
                lost(generation, cause.toException(name(), null));
            }
        });
    }

    /** Made by the first caller that sets one. */
    synchronized LogLevels logLevels() {
        LogLevels own = logLevels;
        if (own == null) {
            own = new LogLevels();
            logLevels = own;
        }
        return own;
    }

    private void restoreLogLevels(McpSession session) {
        LogLevels own;
        synchronized (this) {
            own = logLevels;
        }
        if (own != null) {
            own.restore(session).subscribe();
        }
    }

    private void startFailed(Generation generation, McpException error, long begin) {
        long now = now();
        LifeEvent.Verdict verdict =
                retired ? new LifeEvent.Verdict.Never() : policy.startFailed(error, now, now - begin);
        if (move(new LifeEvent.StartFailed(generation.number(), error, verdict), null) != null) {
            leave(generation);
            startLater();
        }
    }

    /** The session of a generation has ended by itself, or does not answer any more. */
    @SuppressWarnings("ReferenceEquality")
    void lost(Generation generation, McpException error) {
        if (position().current() != generation || !position().life().state().isUsable()) {
            return;
        }
        LifeEvent.Verdict verdict = retired ? new LifeEvent.Verdict.Never() : policy.lost(error, now());
        if (move(new LifeEvent.Lost(generation.number(), error, verdict), null) != null) {
            log.warn("[{}] lost: {}", name(), SafeText.line(error.problem()));
            // what is left of it, a process without stdout or a grandchild, goes now and not when the host closes
            leave(generation);
            abandonRenewal();
            startLater();
        }
    }

    private void startLater() {
        if (position().life() instanceof ServerLife.BackingOff waits) {
            log.info("[{}] starts again at {}, attempt {}", name(), waits.until(), waits.attempt());
            restartLater(waits);
        } else if (position().life() instanceof ServerLife.Quarantined quarantined) {
            log.warn(
                    "[{}] quarantined after {} restarts within {}",
                    name(),
                    quarantined.restarts(),
                    server.restart().window());
        }
    }

    @SuppressWarnings("ReferenceEquality")
    private synchronized void restartLater(ServerLife.BackingOff waits) {
        if (position().life() != waits) {
            // closed, or started by somebody else
            return;
        }
        Alarm alarm = restartAlarm;
        if (alarm == null) {
            alarm = new Alarm(options().timer());
            restartAlarm = alarm;
        }
        alarm.set(waits.until().toEpochMilli() - now(), () -> backOffIsOver(waits));
    }

    private synchronized void restartNoMore() {
        if (restartAlarm != null) {
            restartAlarm.cancel();
        }
    }

    private void backOffIsOver(ServerLife.BackingOff waits) {
        if (retired) {
            return;
        }
        if (server.lifetime().lazy()) {
            move(new LifeEvent.Rested(waits.generation()), null);
        } else {
            startAgain(waits, waits.attempt());
        }
    }

    private void leave(@Nullable Generation generation) {
        if (generation != null) {
            departures.leave(generation);
        }
    }

    /** The session that a renewal would replace has ended. */
    private void abandonRenewal() {
        if (renewal != null) {
            leave(renewal.abandon(departures::expect));
        }
    }

    /** Closes a generation after its uses have ended, or the time to drain is over. */
    void drain(@Nullable Generation generation) {
        if (generation != null) {
            departures.drain(generation);
        }
    }

    /** As {@link ServerHandle#restart()}. */
    public Mono<Void> restart() {
        return Mono.defer(() -> {
            ServerLife before = life();
            boolean startable = before.state().isUsable()
                    || before instanceof ServerLife.Idle
                    || before instanceof ServerLife.BackingOff
                    || before instanceof ServerLife.Failed
                    || before instanceof ServerLife.Quarantined;
            if (!startable) {
                return Mono.error(refusals.unavailable(before));
            }
            policy.forget();
            Generation again = startAgain(before, 1);
            if (again == null) {
                return restart();
            }
            // somebody waits for it: not for the calls of sessions before
            departures.hurry();
            return settled(again).then();
        });
    }

    /** As {@link ServerHandle#release()}. */
    Mono<Void> release() {
        return Mono.defer(() -> life() instanceof ServerLife.Quarantined ? restart() : Mono.empty());
    }

    /** Starts it again in place of a life that is over; null if somebody else has done so. */
    private @Nullable Generation startAgain(ServerLife over, int attempt) {
        Generation fresh = new Generation(over.generation() + 1);
        LifeCell.Position before = move(new LifeEvent.StartAgain(fresh.number(), attempt), fresh);
        if (before == null) {
            return null;
        }
        leave(before.current());
        abandonRenewal();
        // the supervisor owns the restart: a caller that waits for it may go away
        run(fresh).subscribe();
        return fresh;
    }

    // -- what the gate, the renewal and the watch over idleness report

    /** A call has succeeded. */
    void recovered(Generation generation) {
        cell.keep(new LifeEvent.Recovered(generation.number()));
    }

    /** A ping was answered: that does not close a circuit, which is about calls. */
    void answered(Generation generation) {
        if (life() instanceof ServerLife.Degraded degraded && degraded.retryAt() == null) {
            recovered(generation);
        }
    }

    /** Whether this generation can be used now. */
    @SuppressWarnings("ReferenceEquality")
    boolean isUsable(Generation generation) {
        LifeCell.Position now = position();
        return now.usable() != null && now.current() == generation;
    }

    /** Calls have failed in a row; until {@code retryAt} they are refused, unless it is null. */
    void troubled(Generation generation, int inARow, String what, @Nullable Instant retryAt) {
        cell.keep(new LifeEvent.Troubled(generation.number(), refusals.failing(inARow, what), retryAt));
    }

    /** A ping was not answered. */
    void unanswered(Generation generation, McpException error) {
        cell.keep(new LifeEvent.Troubled(generation.number(), error, null));
    }

    /** It was not used for so long that it is closed; the next use starts it again. */
    void rest(Generation generation) {
        LifeCell.Position before = move(new LifeEvent.Rested(generation.number()), null);
        if (before != null) {
            policy.stopped(now());
            // somebody may just have taken its session
            drain(before.current());
            abandonRenewal();
        }
    }

    /** A new session has taken over; false if the old one had ended meanwhile. */
    boolean renewed(Generation fresh, McpSession session, PeerInfo peer, Duration took) {
        LifeCell.Position before = move(new LifeEvent.Renewed(fresh.number(), peer, took), fresh);
        if (before == null) {
            return false;
        }
        known = fresh;
        isReady(fresh, session);
        drain(before.current());
        return true;
    }

    // -- why it cannot be used

    /** Why it cannot be used now. */
    public McpException unusable() {
        return refusals.unusable(life());
    }

    /** Whether a failure says that the server cannot be used now, as its state does. */
    public boolean isUnusable(Throwable e) {
        return Refusals.isUnusable(e, isReady());
    }

    /** A use that is refused now, although the server has a session. */
    McpException refused(String why, long waitMillis) {
        return refusals.refused(life().state(), why, waitMillis);
    }

    /** Completes when the server has settled; fails, for a required server, if it has failed. */
    public Mono<Void> awaitStart() {
        return Mono.defer(() -> {
            LifeCell.Position now = position();
            boolean settles = now.life() instanceof ServerLife.Pending || now.life() instanceof ServerLife.Starting;
            return settles && now.current() != null
                    ? now.current().whenSettled().then(Mono.defer(this::failureIfRequired))
                    : failureIfRequired();
        });
    }

    private Mono<Void> failureIfRequired() {
        ServerLife now = life();
        boolean failed = now.state() == ServerState.FAILED
                || now instanceof ServerLife.BackingOff
                || now instanceof ServerLife.Quarantined;
        return required() && failed ? Mono.error(refusals.unavailable(now)) : Mono.empty();
    }

    // -- closing

    /** It has been removed from its host: its calls may end, and it is not started again by itself. */
    public void retire() {
        retired = true;
    }

    /** Closes it, and everything that is left of earlier sessions; then it is not started again. */
    public Mono<Void> close() {
        return close;
    }

    /** Completes when closing begins. Each subscriber is isolated from the others. */
    Mono<Void> closing() {
        return Callbacks.isolated(closing.asMono());
    }

    private Mono<Void> doClose() {
        cell.keep(LifeEvent.Signal.CLOSE);
        closing.tryEmitEmpty();
        restartNoMore();
        if (idleness != null) {
            idleness.cancel();
        }
        return Mono.whenDelayError(everything().stream().map(Generation::close).toList())
                .doOnTerminate(this::end);
    }

    /** All generations that have something to be released; after closing has begun no other is added. */
    private List<Generation> everything() {
        Set<Generation> all = new HashSet<>();
        Generation successor = renewal == null ? null : renewal.cancel();
        Generation current = position().current();
        // last: what is moved there is not missed
        all.addAll(departures.all());
        if (current != null) {
            all.add(current);
        }
        if (successor != null) {
            all.add(successor);
        }
        return List.copyOf(all);
    }

    private void end() {
        Generation last = position().current();
        cell.keep(LifeEvent.Signal.GONE);
        departures.all().forEach(Generation::settle);
        ended(last);
    }

    private void ended(@Nullable Generation last) {
        first.settle();
        if (last != null) {
            last.settle();
        }
        ready.complete();
        cell.complete();
    }

    /** Closes it without waiting, also where closing is under way; emits what that was waiting for. */
    public Mono<String> closeNow() {
        // closing begins first: from then on nobody starts it again
        return Mono.zip(
                        close.onErrorComplete().thenReturn(true),
                        Mono.defer(() -> Flux.fromIterable(everything())
                                .flatMap(Generation::closeNow)
                                .reduce((one, other) -> one.equals("nothing") ? other : one)
                                .defaultIfEmpty("nothing")))
                .map(both -> both.getT2());
    }

    /** For a server whose host closed before its turn came. */
    public void dismiss() {
        if (move(LifeEvent.Signal.DISMISS, null) != null) {
            leave(first);
            ended(null);
        }
    }

    private LifeCell.@Nullable Position move(LifeEvent event, @Nullable Generation current) {
        return cell.move(event, current);
    }

    long now() {
        return sessions.options().timer().now(TimeUnit.MILLISECONDS);
    }
}
