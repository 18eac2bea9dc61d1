package dev.mcpflux.host.server;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.host.config.CallLimits;
import dev.mcpflux.internal.Callbacks;
import dev.mcpflux.internal.PerCaller;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Every use of a server that has limits, counts its uses, or is reached over a network passes through here: it waits for its
 * turn, is refused while the circuit is open or the server has asked for a pause, and its outcome is noted.
 *
 * <p>What the server asked one {@link Caller} to wait for (HTTP 429) holds for that caller only; everything else is of the
 * server, not of a caller.
 */
final class CallGate {

    /** A server that asks for a longer pause is asked again after this time. */
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;
    private static final int CALLERS = 256;

    private final ServerSupervisor server;
    private final CallLimits limits;
    private final Scheduler timer;
    private final @Nullable Permits permits;
    private final @Nullable Pace pace;
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicBoolean trial = new AtomicBoolean();
    private final AtomicInteger pacing = new AtomicInteger();
    private final PerCaller<AtomicLong> pauses = new PerCaller<>(CALLERS, AtomicLong::new);
    private volatile boolean paused;
    private volatile long lastUse;

    CallGate(ServerSupervisor server, CallLimits limits, Scheduler timer) {
        this.server = server;
        this.limits = limits;
        this.timer = timer;
        this.permits = limits.maxInFlight() > 0 ? new Permits(limits.maxInFlight(), limits.maxQueued()) : null;
        this.pace = limits.rate() > 0 ? new Pace(limits.rate(), limits.ratePeriod()) : null;
    }

    /** How many calls wait for their turn. */
    int queued() {
        return pacing.get() + (permits == null ? 0 : permits.queued());
    }

    /** A new session begins: failures of the one before do not count. */
    void sessionBegan() {
        failures.set(0);
    }

    /** When the last use ended, in milliseconds on the clock of the host; 0 before. */
    long lastUse() {
        return lastUse;
    }

    /** Uses the session for one result, or none. */
    <T> Mono<T> one(Function<? super McpSession, ? extends Mono<T>> body) {
        return Mono.deferContextual(context -> {
            Use use = new Use(Caller.of(context));
            return Mono.using(
                    () -> use,
                    mine -> mine.begin()
                            .flatMap(session -> body.apply(session))
                            .doOnSuccess(value -> mine.succeeded())
                            .doOnError(mine::failed),
                    Use::end);
        });
    }

    /** Uses the session for many results. */
    <T> Flux<T> many(Function<? super McpSession, ? extends Publisher<T>> body) {
        return Flux.deferContextual(context -> {
            Use use = new Use(Caller.of(context));
            return Flux.using(
                    () -> use,
                    mine -> mine.begin()
                            .flatMapMany(session -> Callbacks.deferred(() -> body.apply(session)))
                            .doOnComplete(mine::succeeded)
                            .doOnError(mine::failed),
                    Use::end);
        });
    }

    /** Counts a subscription as a use of this generation, without limits: it lasts as long as somebody listens. */
    <T> Flux<T> counted(Generation generation, Flux<T> listening) {
        return Flux.using(
                () -> {
                    generation.enter();
                    return generation;
                },
                mine -> listening,
                this::leave);
    }

    private void leave(Generation generation) {
        lastUse = now();
        generation.exit();
    }

    private long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    /** One use, from its arrival to its end. */
    private final class Use {
        private final Caller caller;
        private volatile Permits.@Nullable Permit permit;
        private volatile @Nullable Generation generation;
        private volatile boolean isTrial;
        // guarded by this: a use may be cancelled while its turn comes
        private boolean ended;

        Use(Caller caller) {
            this.caller = caller;
        }

        /** The session, when it is the turn of this use. */
        Mono<McpSession> begin() {
            return Mono.defer(() -> {
                McpException refused = refused();
                if (refused != null) {
                    return Mono.error(refused);
                }
                Mono<Void> turn = turn();
                return turn == null
                        ? enter()
                        // a server that is closed gives nobody a turn
                        : Mono.firstWithSignal(turn, server.closing()).then(Mono.defer(this::enterAfterWaiting));
            });
        }

        /** The circuit may have opened while it waited. */
        private Mono<McpSession> enterAfterWaiting() {
            McpException refused = isTrial ? null : refused();
            return refused == null ? enter() : Mono.error(refused);
        }

        private @Nullable McpException refused() {
            long now = now();
            if (paused) {
                AtomicLong until = pauses.find(caller);
                if (until != null && until.get() > now) {
                    return server.refused("the server asked this caller to wait", until.get() - now);
                }
            }
            if (server.life() instanceof ServerLife.Degraded degraded && degraded.retryAt() != null) {
                long wait = degraded.retryAt().toEpochMilli() - now;
                if (wait > 0 || !tries()) {
                    return server.refused(degraded.error().problem(), Math.max(wait, 0));
                }
            }
            return null;
        }

        /** Makes this use the one that tries whether the server answers again; false if there is one. */
        private synchronized boolean tries() {
            if (ended || !trial.compareAndSet(false, true)) {
                return false;
            }
            isTrial = true;
            return true;
        }

        /** Completes when it is the turn of this use; null if that is now. */
        private @Nullable Mono<Void> turn() {
            Mono<Void> granted = null;
            if (permits != null) {
                Permits.Permit mine = permits.take();
                if (mine == null) {
                    return Mono.error(overload(limits.maxInFlight() + " calls are in progress and " + limits.maxQueued()
                            + " wait for their turn"));
                }
                permit = mine;
                granted = mine.whenGranted()
                        .timeout(limits.queueTimeout(), timer)
                        .onErrorMap(
                                TimeoutException.class,
                                e -> overload("no call ended within " + limits.queueTimeout()
                                        + ", so that this one had no turn"));
            }
            if (pace == null) {
                return granted;
            }
            Mono<Void> paced = Mono.defer(() -> paced(pace));
            return granted == null ? paced : granted.then(paced);
        }

        private Mono<Void> paced(Pace pace) {
            if (permits == null && pacing.get() >= limits.maxQueued()) {
                return Mono.error(overload(limits.maxQueued() + " calls wait for their turn"));
            }
            long wait = pace.reserve(
                    timer.now(TimeUnit.NANOSECONDS), limits.queueTimeout().toNanos());
            if (wait < 0) {
                return Mono.error(overload("more than " + limits.rate() + " calls within " + limits.ratePeriod()));
            }
            if (wait == 0) {
                return Mono.empty();
            }
            return Mono.using(
                    () -> pacing.incrementAndGet(),
                    n -> Mono.delay(Duration.ofNanos(wait), timer).then(),
                    n -> pacing.decrementAndGet());
        }

        private McpOverloadException overload(String problem) {
            return new McpOverloadException(server.name(), problem, CallOutcome.NOT_SENT);
        }

        /** Counted before the position is read again: a session that is counted is not closed as unused. */
        private Mono<McpSession> enter() {
            LifeCell.Position now = server.position();
            Generation current = now.current();
            if (now.usable() != null && current != null) {
                current.enter();
                if (server.position().current() == current) {
                    if (holds(current)) {
                        return Mono.just(now.usable());
                    }
                    leave(current);
                    return Mono.empty();
                }
                current.exit();
            }
            return server.session().then(Mono.defer(this::enter));
        }

        /** Gives the use its generation; false if it was cancelled meanwhile, and gives nothing back any more. */
        private synchronized boolean holds(Generation current) {
            if (!ended) {
                generation = current;
            }
            return !ended;
        }

        void succeeded() {
            Generation mine = generation;
            if (mine == null) {
                return;
            }
            if (failures.get() != 0) {
                failures.set(0);
            }
            recovered(mine);
        }

        /** The answer to a call that was sent before the server asked for a pause, or failed, does not end that. */
        private void recovered(Generation mine) {
            if (server.life() instanceof ServerLife.Degraded degraded && (isTrial || degraded.retryAt() == null)) {
                server.recovered(mine);
            }
        }

        void failed(Throwable e) {
            Generation mine = generation;
            if (mine == null || !(e instanceof McpException error)) {
                return;
            }
            long pause = 0;
            if (error instanceof McpHttpStatusException status
                    && status.retryAfter().isPresent()) {
                Duration asked = status.retryAfter().get();
                pause = Math.min(asked.toMillis(), LONGEST_PAUSE.toMillis());
                if (status.status() == TOO_MANY_REQUESTS) {
                    pauses.get(caller).set(now() + pause);
                    paused = true;
                    pause = 0;
                } else if (status.status() < SERVER_ERROR) {
                    pause = 0;
                }
            }
            if (!isTrouble(error)) {
                if (isAnswer(error)) {
                    failures.set(0);
                    recovered(mine);
                }
                return;
            }
            int inARow = failures.incrementAndGet();
            boolean opens = limits.failures() > 0 && (isTrial || inARow >= limits.failures());
            long wait = Math.max(pause, opens ? limits.cooldown().toMillis() : 0);
            if (wait > 0) {
                server.troubled(mine, inARow, what(error), Instant.ofEpochMilli(now() + wait));
            }
        }

        /** After the outcome; also where there is none, because it was cancelled. */
        void end() {
            Generation used;
            synchronized (this) {
                ended = true;
                used = generation;
            }
            if (isTrial) {
                trial.set(false);
            }
            if (used != null) {
                leave(used);
            }
            // last: the next one begins within this call, and may be the trial
            Permits.Permit mine = permit;
            if (mine != null && permits != null) {
                permits.release(mine);
            }
        }
    }

    /** Whether a failure says something about the server, and not about the call. */
    private static boolean isTrouble(McpException e) {
        return e instanceof McpTimeoutException
                || e instanceof McpConnectionException
                || (e instanceof McpHttpStatusException status && status.status() >= SERVER_ERROR);
    }

    /** Whether a failure shows that the server answers. */
    private static boolean isAnswer(McpException e) {
        return e instanceof McpPeerErrorException
                || (e instanceof McpHttpStatusException status && status.status() < SERVER_ERROR);
    }

    /** Without the text of the error, which belongs to the caller of the call. */
    private static String what(McpException e) {
        if (e instanceof McpHttpStatusException status) {
            return "HTTP " + status.status();
        }
        return e instanceof McpTimeoutException ? "a timeout" : "a lost connection";
    }
}
