package dev.mcpflux.transport.http;

import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.Caller;
import dev.mcpflux.transport.ConnectionEvent;
import dev.mcpflux.transport.spi.RequestSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The sessions of the legacy era at one server (specification 2025-11-25: basic/transports, session management). Keyed by
 * {@link Caller}: each caller has its own session, so that nothing that a server keeps in a session reaches another caller.
 * The session of a caller that makes no request for long is ended ({@link HttpOptions#keepSession()}), and so is the least
 * recently used one where there are more than {@value #MAX_SESSIONS}. The session of the caller that opened the connection
 * lives as long as the connection.
 *
 * @param <S> the kind of session, one for each transport of HTTP
 */
final class LegacySessions<S extends CallerSession> {

    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    /** How many callers may have a session while none of them uses it. */
    private static final int MAX_SESSIONS = 1000;

    private final HttpLink link;
    private final Function<Caller, S> firstSession;
    private final Function<Caller, S> otherSession;
    private final Map<Caller, S> sessions = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Handshake> handshake = new AtomicReference<>();
    private final AtomicReference<@Nullable S> first = new AtomicReference<>();

    /**
     * How the first session was begun: all others are begun alike.
     *
     * @param revision the negotiated revision
     */
    record Handshake(RequestSpec initialize, String revision) {}

    /**
     * No sessions yet.
     *
     * @param firstSession makes the session of the caller that opens the connection
     * @param otherSession makes that of another caller
     */
    LegacySessions(HttpLink link, Function<Caller, S> firstSession, Function<Caller, S> otherSession) {
        this.link = link;
        this.firstSession = firstSession;
        this.otherSession = otherSession;
    }

    /** How sessions are begun; null before the first one was. */
    @Nullable
    Handshake handshake() {
        return handshake.get();
    }

    /** The session of the caller that opened the connection; null before that. */
    @Nullable
    S first() {
        return first.get();
    }

    Collection<S> all() {
        return sessions.values();
    }

    /** The session of the caller that opens the connection; the first one to ask for it is that caller. */
    S begin(Caller caller) {
        S mine = first.get();
        if (mine == null) {
            S fresh = firstSession.apply(caller);
            mine = first.compareAndSet(null, fresh) ? fresh : first();
            if (mine == fresh) {
                sessions.put(caller, fresh);
            }
        }
        return mine == null ? begin(caller) : mine;
    }

    /** A request has begun the session that this method returns: the first one, or one of a known caller. */
    S begun(Caller caller, RequestSpec initialize, String revision) {
        handshake.compareAndSet(null, new Handshake(initialize, revision));
        S own = sessions.get(caller);
        return own == null ? begin(caller) : own;
    }

    /** The session of a caller; null where there is none. */
    @Nullable
    S find(Caller caller) {
        return sessions.get(caller);
    }

    /**
     * The session of a caller, for one more user, who gives it back with {@link CallerSession#leave}. It need not have begun.
     *
     * @return null before a session was begun for anybody
     */
    @Nullable
    S enter(Caller caller) {
        if (handshake.get() == null) {
            return null;
        }
        for (; ; ) {
            S own = sessions.get(caller);
            if (own == null) {
                own = add(caller);
            }
            if (own.enter(caller)) {
                return own;
            }
            // it was ended at this moment
            sessions.remove(caller, own);
        }
    }

    private S add(Caller caller) {
        S fresh = otherSession.apply(caller);
        S before = sessions.putIfAbsent(caller, fresh);
        if (before != null) {
            return before;
        }
        checkLater(caller, fresh, keep());
        if (sessions.size() > MAX_SESSIONS) {
            sessions.values().stream()
                    .filter(one -> !one.first() && one != fresh && one.idle())
                    .min((a, b) -> Long.compare(a.used(), b.used()))
                    .ifPresent(oldest -> end(oldest.caller(), oldest, "too many callers have a session"));
        }
        return fresh;
    }

    private Duration keep() {
        return link.options().keepSession();
    }

    private void checkLater(Caller caller, S session, Duration delay) {
        link.later(delay, () -> checkIdle(caller, session));
    }

    private void checkIdle(Caller caller, S session) {
        if (!sessions.containsKey(caller)) {
            return;
        }
        long idle = link.now() - session.used();
        long left = keep().toMillis() - idle;
        if (!session.idle() || left > 0) {
            checkLater(caller, session, session.idle() ? Duration.ofMillis(left) : keep());
        } else {
            end(caller, session, "its caller made no request for " + keep().toSeconds() + " s");
        }
    }

    private void end(Caller caller, S session, String reason) {
        if (session.retire() && sessions.remove(caller, session)) {
            log.debug("[{}] a session is ended: {}", link.name(), SafeText.line(link.mask(reason)));
            link.run(session.close());
            link.emit(new ConnectionEvent.SessionEnded(session.caller(), reason));
        }
    }

    /** See {@link dev.mcpflux.transport.spi.Connection#holdSession()}; null where no caller has a session. */
    @Nullable
    Flux<Boolean> hold(Caller caller) {
        S own = enter(caller);
        return own == null ? null : own.held().doFinally(end -> own.leave());
    }

    /** Ends all sessions; completes when the server has been informed of all, or cannot be. */
    Mono<Void> close() {
        return Flux.defer(() -> Flux.fromIterable(sessions.values()))
                .flatMap(one -> one.close().onErrorComplete())
                .then(Mono.fromRunnable(sessions::clear));
    }
}
